// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.internal.watch;

import io.github.mapcontig.Source;
import io.github.mapcontig.internal.events.Events;
import io.github.mapcontig.internal.mapping.Watcher;

/** The account of one piece of memory. Thread-safe. */
public final class Holding implements Watcher {
    private final Ledger ledger;
    private final long address;
    private final long size;
    private final Source source;
    private final AllocationSite site;
    private final long since = System.nanoTime();

    Holding(final Ledger ledger, final long address, final long size, final Source source, final AllocationSite site) {
        this.ledger = ledger;
        this.address = address;
        this.size = size;
        this.source = source;
        this.site = site;
    }

    /** Counts the memory from now on: it was handed out. */
    public void begin() {
        ledger.began(size);
    }

    @Override
    public void freed() {
        ledger.closed(size);
        Events.current().freed(address, size, source, heldNanos());
    }

    @Override
    public boolean dropped(final boolean leased) {
        final boolean kept = leased || ledger.quarantine();
        ledger.leaked(size, kept);
        Events.current().leaked(address, size, source, kept, site.toString());
        if (!kept) {
            Events.current().freed(address, size, source, heldNanos());
        }
        return kept;
    }

    @Override
    public String origin() {
        return "It was allocated at " + site + ".";
    }

    private long heldNanos() {
        return System.nanoTime() - since;
    }
}
