// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

import io.github.mapcontig.internal.mapping.Mapping;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;

/**
 * A buffer of a {@link DmaBufferPool}. There is one such object for each, made with the pool and used again and again.
 *
 * <p>It belongs to who acquired it, until its release. Who uses it after that, or a byte buffer of it, writes into what may
 * belong to another by now: nothing tells them, as a check at each access would cost more than the access.
 *
 * <p>Not thread-safe: one owner at a time. It may be handed to another thread in whatever way orders the two.
 */
public final class PooledBuffer {
    private final DmaBufferPool pool;
    private final int index;
    private final int size;
    private final long offset;
    private final long address;
    private final long physicalAddress;
    /** Of the range, and {@link #base} is where the buffer starts in it. Its position and limit are never used. */
    private final ByteBuffer window;
    private final int base;
    private final ByteBuffer view;

    PooledBuffer(final DmaBufferPool pool, final int index, final int size, final PoolRange range, final long offset) {
        this.pool = pool;
        this.index = index;
        this.size = size;
        this.offset = offset;
        this.address = range.address() + offset;
        this.physicalAddress = range.physicalAddress() + offset;
        final long start = range.start() + offset;
        this.window = range.mapping().window(start);
        this.base = Mapping.indexInWindow(start);
        this.view = range.mapping().view(start, size);
    }

    /**
     * Which of its pool it is: an index for what the program knows about each buffer.
     *
     * @return 0 to count - 1, in ascending order of address
     */
    public int index() {
        return index;
    }

    /**
     * How long it is.
     *
     * @return bytes
     */
    public int size() {
        return size;
    }

    /**
     * Where it is in this process.
     *
     * @return virtual address of the first byte
     * @throws IllegalStateException if the pool is closed and all its buffers are released
     */
    public long address() {
        pool.checkNotEnded();
        return address;
    }

    /**
     * Where it starts in the memory of its pool, for the methods of {@link DmaBufferPool#range()}: a byte array is copied into it by
     * {@code pool.range().put(buffer.offset(), array, 0, length)}.
     *
     * @return offset of the first byte in the range
     */
    public long offset() {
        return offset;
    }

    /**
     * Where it is in memory. That of byte {@code n} is this plus {@code n}.
     *
     * @return physical address, or the bus's: {@link ContiguousBuffer#addressKind()}
     * @throws IllegalStateException if the pool's range was allocated without a proof of its address, or the pool is closed and all its
     *                               buffers are released
     */
    public long physicalAddress() {
        if (!pool.hasPhysicalAddresses()) {
            throw new IllegalStateException("no physical address: the range of the pool was allocated without a proof of it");
        }
        pool.checkNotEnded();
        return physicalAddress;
    }

    /**
     * States that the program accesses the buffer between two transfers of a device: {@link ContiguousBuffer#cpuAccess}, for this
     * buffer alone. Not needed on x86.
     *
     * @param direction which way the data goes
     * @return the scope, which the caller closes before the device goes on
     * @throws IllegalStateException     if the memory was freed, or is of a range that is closed
     * @throws ContiguousMemoryException if the system refuses it
     */
    public CpuAccess cpuAccess(final DmaDirection direction) {
        return pool.cpuAccess(offset, size, direction);
    }

    /**
     * The byte buffer on this buffer: always the same object, so that nobody keeps it beyond the release.
     *
     * @return in native byte order, position 0, limit {@link #size()}
     */
    public ByteBuffer asByteBuffer() {
        return view.clear().order(ByteOrder.nativeOrder());
    }

    /**
     * Reads a byte.
     *
     * @param offset of the byte
     * @return the byte
     */
    public byte getByte(final int offset) {
        return window.get(at(offset, Byte.BYTES));
    }

    /**
     * Writes a byte.
     *
     * @param offset of the byte
     * @param value  the byte
     */
    public void putByte(final int offset, final byte value) {
        window.put(at(offset, Byte.BYTES), value);
    }

    /**
     * Reads an int.
     *
     * @param offset of its first byte; need not be aligned
     * @return the value, in native byte order
     */
    public int getInt(final int offset) {
        return window.getInt(at(offset, Integer.BYTES));
    }

    /**
     * Writes an int.
     *
     * @param offset of its first byte; need not be aligned
     * @param value  the value, in native byte order
     */
    public void putInt(final int offset, final int value) {
        window.putInt(at(offset, Integer.BYTES), value);
    }

    /**
     * Reads a long.
     *
     * @param offset of its first byte; need not be aligned
     * @return the value, in native byte order
     */
    public long getLong(final int offset) {
        return window.getLong(at(offset, Long.BYTES));
    }

    /**
     * Writes a long.
     *
     * @param offset of its first byte; need not be aligned
     * @param value  the value, in native byte order
     */
    public void putLong(final int offset, final long value) {
        window.putLong(at(offset, Long.BYTES), value);
    }

    /**
     * Gives the buffer back to its pool. Its content stays as it is for the next owner.
     *
     * @throws IllegalStateException if nobody had acquired it, or it was released already. (Not noticed: a second release when
     *                               another has acquired it meanwhile.)
     */
    public void release() {
        pool.release(this);
    }

    /** Which it is, in one line. */
    @Override
    public String toString() {
        return "PooledBuffer " + index + " of " + size + " bytes at 0x" + Long.toHexString(address);
    }

    DmaBufferPool pool() {
        return pool;
    }

    private int at(final int offset, final int length) {
        return base + Objects.checkFromIndexSize(offset, length, size);
    }
}
