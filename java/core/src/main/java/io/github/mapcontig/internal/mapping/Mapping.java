// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.internal.mapping;

import com.sun.jna.Pointer;
import io.github.mapcontig.internal.libc.LibC;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Owns a range of mapped memory: gives views of it and frees it. Thread-safe.
 *
 * <p>A {@link ByteBuffer} reaches 2 GiB at most, so the range is covered by windows, one starting at each GiB and each as
 * long as a buffer can be: whatever is at most 1 GiB long lies wholly in the window of its start.
 */
public final class Mapping {
    private static final int WINDOW_SHIFT = 30;
    private static final long WINDOW_MASK = (1L << WINDOW_SHIFT) - 1;

    private final long address;
    private final long length;
    private final Lifetime lifetime;
    private final ByteBuffer[] windows;

    /**
     * Takes over a range. The caller keeps it if this throws.
     *
     * @param libC      the C library that mapped it
     * @param tombstone prepared already
     * @param address   start, whole pages
     * @param length    bytes, greater than 0
     * @param release   gives back what else belongs to the memory, such as file descriptors; called once, when the memory has gone
     * @param watcher   is told how it ends
     */
    public Mapping(final LibC libC, final Tombstone tombstone, final long address, final long length, final Runnable release,
                   final Watcher watcher) {
        this.address = address;
        this.length = length;
        this.windows = new ByteBuffer[(int) (length - 1 >>> WINDOW_SHIFT) + 1];
        for (int i = 0; i < windows.length; i++) {
            final long start = (long) i << WINDOW_SHIFT;
            windows[i] = map(start, Math.min(length - start, Integer.MAX_VALUE));
        }
        // Last, since from its first view on the range is freed by it.
        this.lifetime = new Lifetime(libC, tombstone, address, length, release, watcher);
        for (final ByteBuffer window : windows) {
            lifetime.addView(window);
        }
    }

    /**
     * Where it starts.
     *
     * @return the address
     */
    public long address() {
        return address;
    }

    /**
     * How long it is.
     *
     * @return bytes
     */
    public long length() {
        return length;
    }

    /**
     * Whether {@link #close()} was called.
     *
     * @return true if so
     */
    public boolean isClosed() {
        return lifetime.isClosed();
    }

    /**
     * The window that holds an offset and at least 1 GiB behind it, as far as the range goes. Not to be handed out: its
     * position and limit are shared by all.
     *
     * @param offset in the range
     * @return the window, in native byte order
     */
    public ByteBuffer window(final long offset) {
        return windows[(int) (offset >>> WINDOW_SHIFT)];
    }

    /**
     * Where an offset lies in its window.
     *
     * @param offset in the range
     * @return index in {@link #window}
     */
    public static int indexInWindow(final long offset) {
        return (int) (offset & WINDOW_MASK);
    }

    /**
     * A buffer of one's own on a part of the range. As long as it can be reached, the addresses are not given to others.
     *
     * @param offset start in the range
     * @param bytes  length
     * @return the buffer, in native byte order
     */
    public ByteBuffer view(final long offset, final int bytes) {
        if (offset == length) {
            return ByteBuffer.allocateDirect(0).order(ByteOrder.nativeOrder());
        }
        final ByteBuffer window = window(offset);
        final int index = indexInWindow(offset);
        final ByteBuffer view;
        if (bytes <= window.capacity() - index) {
            // A slice keeps its window reachable, and by it the range mapped.
            view = window.slice(index, bytes);
        } else {
            view = map(offset, bytes);
            lifetime.addView(view);
            // The new view counts only from here on; until then this object's windows must keep the range.
            Reference.reachabilityFence(this);
        }
        return view.order(ByteOrder.nativeOrder());
    }

    /** Keeps the memory from being freed, whatever {@link #close()} says, until {@link #release()} is called as often. */
    public void hold() {
        lifetime.hold();
    }

    /** Ends one {@link #hold()}; frees the memory if it was the last and close was called. */
    public void release() {
        lifetime.release();
    }

    /** Frees the memory, now or when the last hold ends. Views throw from then on. Idempotent. */
    public void close() {
        lifetime.close();
    }

    private ByteBuffer map(final long offset, final long bytes) {
        return new Pointer(address + offset).getByteBuffer(0, bytes).order(ByteOrder.nativeOrder());
    }
}
