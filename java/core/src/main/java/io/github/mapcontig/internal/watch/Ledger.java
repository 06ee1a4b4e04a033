// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.internal.watch;

import io.github.mapcontig.MemoryStatistics;
import io.github.mapcontig.Source;

/** Counts the memory that is held. A lock, so that its numbers fit together; an allocation costs far more. Thread-safe. */
public final class Ledger {
    private final LeakPolicy policy;
    private long liveBuffers;
    private long liveBytes;
    private long closedBuffers;
    private long leakedBuffers;
    private long lostBytes;

    /**
     * Creates an empty ledger.
     *
     * @param policy what to do about leaks
     */
    public Ledger(final LeakPolicy policy) {
        this.policy = policy;
    }

    /**
     * Prepares the account of a piece of memory; {@link Holding#begin()} opens it.
     *
     * @param address where it is
     * @param size    bytes
     * @param source  where it came from
     * @return the account
     */
    public Holding holding(final long address, final long size, final Source source) {
        return new Holding(this, address, size, source, AllocationSite.record(policy.depth()));
    }

    /**
     * The numbers of this moment.
     *
     * @return the numbers
     */
    public synchronized MemoryStatistics statistics() {
        return new MemoryStatistics(liveBuffers, liveBytes, closedBuffers, leakedBuffers, lostBytes);
    }

    boolean quarantine() {
        return policy.quarantine();
    }

    synchronized void began(final long size) {
        liveBuffers++;
        liveBytes += size;
    }

    synchronized void closed(final long size) {
        liveBuffers--;
        liveBytes -= size;
        closedBuffers++;
    }

    synchronized void leaked(final long size, final boolean kept) {
        liveBuffers--;
        liveBytes -= size;
        leakedBuffers++;
        lostBytes += kept ? size : 0;
    }
}
