// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.internal.platform;

import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Whether an IOMMU translates, asked no more often than ten times a second: to list its groups takes longer than all else of a proof
 * of little memory. Groups come and go while the machine runs (hot-plug, or root who writes to a group's type), so the answer is
 * not kept for longer: until a new device has a driver and that driver an address, more time goes by.
 *
 * <p>Thread-safe: two threads may ask at once, and both get the truth.
 */
public final class IommuState {
    /** Nanoseconds for which an answer is kept. */
    static final long KEPT = 100_000_000;

    private final BooleanSupplier source;
    private final LongSupplier clock;
    private volatile Seen seen;

    /** An answer and when it was given. */
    private record Seen(boolean translates, long at) {
    }

    /**
     * Asks nothing yet.
     *
     * @param source says whether one translates now
     * @param clock  nanoseconds, as of {@link System#nanoTime}
     */
    public IommuState(final BooleanSupplier source, final LongSupplier clock) {
        this.source = source;
        this.clock = clock;
    }

    /**
     * Whether one translates.
     *
     * @return what was true at some time in the last tenth of a second
     */
    public boolean translates() {
        final long now = clock.getAsLong();
        final Seen last = seen;
        if (last != null && now - last.at < KEPT) {
            return last.translates;
        }
        // The time before the question, so that the answer is never older than it says
        final boolean translates = source.getAsBoolean();
        seen = new Seen(translates, now);
        return translates;
    }
}
