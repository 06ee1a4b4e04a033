// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.internal.mapping;

import io.github.mapcontig.internal.libc.LibC;
import io.github.mapcontig.internal.platform.Sizes;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.ref.Cleaner;

/**
 * When a mapping ends. It knows addresses only and never the objects that use them, so that the garbage collector can tell
 * when those are gone.
 *
 * <p>States: open; closing (close was asked for while somebody held the memory); entombed (the memory went back, the
 * addresses are still taken); and unmapped, once the last view is garbage. Thread-safe.
 */
final class Lifetime {
    private static final Logger LOG = System.getLogger(Lifetime.class.getName());
    private static final Cleaner CLEANER = Cleaner.create();

    private final LibC libC;
    private final Tombstone tombstone;
    private final long address;
    private final long length;
    private final Runnable release;
    private final Watcher watcher;

    private int views;
    private int holds;
    private volatile boolean closed;
    private boolean entombed;
    private boolean released;

    /**
     * Starts.
     *
     * @param libC      the C library that mapped the range
     * @param tombstone prepared already
     * @param address   start
     * @param length    bytes
     * @param release   gives back what else belongs to the memory; called once, when it has gone
     * @param watcher   is told how it ends
     */
    Lifetime(final LibC libC, final Tombstone tombstone, final long address, final long length, final Runnable release,
             final Watcher watcher) {
        this.libC = libC;
        this.tombstone = tombstone;
        this.address = address;
        this.length = length;
        this.release = release;
        this.watcher = watcher;
    }

    boolean isClosed() {
        return closed;
    }

    /** Keeps the addresses taken until the object is garbage. */
    synchronized void addView(final Object view) {
        views++;
        CLEANER.register(view, this::dropView);
    }

    /** Keeps the memory from being freed until {@link #release()}. */
    synchronized void hold() {
        if (closed) {
            throw new IllegalStateException("the memory is closed: " + Sizes.range(address, length));
        }
        holds++;
    }

    synchronized void release() {
        holds--;
        if (closed) {
            entomb();
        }
    }

    synchronized void close() {
        closed = true;
        entomb();
    }

    private void entomb() {
        if (holds > 0 || entombed) {
            return;
        }
        final int error = tombstone.replace(address, length);
        if (error != 0) {
            throw new IllegalStateException("can not free the memory at " + Sizes.range(address, length)
                    + ": mmap of its replacement failed with errno " + error
                    + ". It stays allocated; close again to try again.");
        }
        // After the call and not before: a thread that has touched closed memory may get its InternalError at any point here. Then
        // the next close or release replaces the range again, which harms nobody, whereas a range taken for freed would stay.
        entombed = true;
        if (!released) {
            released = true;
            watcher.freed();
            release.run();
        }
    }

    private synchronized void dropView() {
        if (--views > 0) {
            return;
        }
        if (entombed) {
            libC.munmap(address, length);
        } else if (!watcher.dropped(holds > 0)) {
            LOG.log(Level.WARNING, "The memory at {0} was dropped without close() and is freed now, long after its last use."
                    + " Use try-with-resources. {1}", Sizes.range(address, length), watcher.origin());
            libC.munmap(address, length);
            release.run();
        } else if (holds > 0) {
            // A device may still write. Memory lost is a leak; memory reused under a device is corruption.
            LOG.log(Level.ERROR, "The memory at {0} was dropped while a DMA lease was open (of a pool: before it was closed and all its"
                    + " buffers released). It stays allocated until the process ends, as a device may still write to it. End the lease"
                    + " (release the buffers), and close. {1}", Sizes.range(address, length), watcher.origin());
        } else {
            LOG.log(Level.ERROR, "The memory at {0} was dropped without close(). It stays allocated until the process ends, as"
                    + " mapcontig.onLeak=quarantine asks for. Use try-with-resources. {1}", Sizes.range(address, length),
                    watcher.origin());
        }
    }
}
