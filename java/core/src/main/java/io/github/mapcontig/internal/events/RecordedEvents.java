// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.internal.events;

import io.github.mapcontig.Source;

/** Events of Java Flight Recorder. */
final class RecordedEvents implements Events {
    // Never committed: they tell whether events of their kind are switched on, without making one.
    private static final AllocateEvent ALLOCATE = new AllocateEvent();
    private static final FreeEvent FREE = new FreeEvent();
    private static final VerifyEvent VERIFY = new VerifyEvent();
    private static final MovedEvent MOVED = new MovedEvent();
    private static final LeakEvent LEAK = new LeakEvent();

    @Override
    public Allocating allocating() {
        if (!ALLOCATE.isEnabled()) {
            return NoEvents.INSTANCE;
        }
        final AllocateEvent event = new AllocateEvent();
        event.begin();
        return event;
    }

    @Override
    public Verifying verifying() {
        if (!VERIFY.isEnabled() && !MOVED.isEnabled()) {
            return NoEvents.INSTANCE;
        }
        final VerifyEvent event = new VerifyEvent();
        event.begin();
        return event;
    }

    @Override
    public void freed(final long address, final long size, final Source source, final long heldNanos) {
        if (FREE.isEnabled()) {
            new FreeEvent(address, size, source, heldNanos).commit();
        }
    }

    @Override
    public void leaked(final long address, final long size, final Source source, final boolean kept, final String site) {
        if (LEAK.isEnabled()) {
            new LeakEvent(address, size, source, kept, site).commit();
        }
    }
}
