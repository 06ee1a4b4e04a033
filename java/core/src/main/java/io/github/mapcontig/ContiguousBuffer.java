// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

import io.github.mapcontig.internal.events.Events;
import io.github.mapcontig.internal.mapping.Mapping;
import io.github.mapcontig.internal.platform.Sizes;
import io.github.mapcontig.internal.libc.Shims;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * Physically contiguous memory, readable and writable, that this object owns.
 *
 * <p><b>Addresses.</b> {@link #physicalAddress(long)} tells what was proved at allocation, and that holds until close for memory that
 * never moves (MAP_CONTIG, a device's) or is pinned: {@link ContiguityProof#pinning()}. A device sees these addresses if no IOMMU
 * translates for it. {@link #verify()} proves it again at any time.
 *
 * <p><b>Access.</b> By long index here, or by {@link #asByteBuffer(long, int)}. Both are in the byte order of the machine and
 * neither orders accesses against a device: that is the driver's business, as are caches on machines whose devices are not
 * coherent with them.
 *
 * <p><b>End.</b> {@link #close()} gives the memory back. Afterwards each method here but the descriptive ones throws
 * {@link IllegalStateException}, and each access to a byte buffer made from this one throws {@link InternalError}; in compiled
 * code the error comes at the thread's next safepoint, and what was read until then means nothing. An access that races with close does one or the other, and
 * never reaches memory of others. (Byte buffers passed to native code, or to methods that the JVM replaces by hand-written
 * code such as {@code CRC32.update}, have no such protection: finish with them first.) A buffer that is dropped without close is freed by the garbage collector some time later, with a warning in the
 * log. The addresses stay reserved, without memory, as long as a byte buffer made from this one can be reached.
 *
 * <p><b>Processes.</b> A private buffer does not exist in forked children (MADV_DONTFORK); a shared one is the same memory
 * there. Neither is in core dumps (MADV_DONTDUMP).
 *
 * <p>Thread-safe, except that accesses to the content are not ordered between threads.
 */
public final class ContiguousBuffer implements AutoCloseable {
    private final Allocation allocation;
    private final Mapping mapping;
    private final long start;
    private final long size;
    private final boolean slice;
    private volatile boolean closed;

    /**
     * Creates the buffer that owns an allocation.
     *
     * @param allocation the allocation
     */
    ContiguousBuffer(final Allocation allocation) {
        this(allocation, 0, allocation.proof().length(), false);
    }

    private ContiguousBuffer(final Allocation allocation, final long start, final long size, final boolean slice) {
        this.allocation = allocation;
        this.mapping = allocation.mapping();
        this.start = start;
        this.size = size;
        this.slice = slice;
    }

    /**
     * How long the buffer is: what was asked for, rounded up to whole pages; what was asked for exactly in a slice.
     *
     * @return bytes
     */
    public long size() {
        return size;
    }

    /**
     * Where the buffer is in this process.
     *
     * @return virtual address of the first byte
     */
    public long address() {
        checkOpen();
        return mapping.address() + start;
    }

    /**
     * Where the first byte is in memory. That of byte {@code n} is this plus {@code n}.
     *
     * @return physical address, or the bus's: {@link #addressKind()}
     * @throws IllegalStateException if the buffer is closed, has more than one extent, or was allocated without a proof of its address
     */
    public long physicalAddress() {
        final List<Extent> extents = extents();
        if (extents.size() > 1) {
            throw new IllegalStateException("no single physical address: the buffer has " + extents.size()
                    + " extents; give the device the list, extents(), or ask for physicalAddress(offset)");
        }
        return physicalAddress(0);
    }

    /**
     * Where a byte is in memory. Arithmetic on what was proved, without a system call.
     *
     * @param offset of the byte, from 0 to size - 1
     * @return physical address, or the bus's: {@link #addressKind()}
     * @throws IndexOutOfBoundsException if there is no such byte
     * @throws IllegalStateException     if the buffer is closed, or was allocated without a proof of its address
     */
    public long physicalAddress(final long offset) {
        Objects.checkIndex(offset, size);
        checkOpen();
        final long place = start + offset;
        final List<Extent> extents = allocation.extents();
        if (extents.isEmpty()) {
            throw new IllegalStateException("no physical address: the buffer was allocated with proof " + allocation.proof().level()
                    + ", because " + allocation.proof().reason().orElse("it is not contiguous"));
        }
        final Extent extent = extents.get(extents.size() == 1 ? 0 : Extents.indexOf(extents, place));
        return extent.physicalAddress() + place - extent.offset();
    }

    /**
     * The buffer as a list of extents, for devices that take scatter lists.
     *
     * @return ascending, each as long as possible but cut at the {@linkplain AllocationRequest.Builder#boundary boundary}; one if it is
     *         contiguous; none if the buffer was allocated without a proof of its address
     * @throws IllegalStateException if the buffer is closed
     */
    public List<Extent> extents() {
        checkOpen();
        return Extents.part(allocation.extents(), start, size);
    }

    /**
     * Whose addresses the physical addresses are.
     *
     * @return the kind
     */
    public AddressKind addressKind() {
        return allocation.proof().level() == ProofLevel.DECLARED ? AddressKind.BUS : AddressKind.PHYSICAL;
    }

    /**
     * The file that the memory belongs to, for drivers that import it: a dma-buf or a u-dma-buf device. It is open until the memory is
     * freed, and not the caller's to close.
     *
     * @return file descriptor; empty for memory that is of no such file
     * @throws IllegalStateException if the buffer is closed
     */
    public OptionalInt descriptor() {
        checkOpen();
        return allocation.memory().descriptor();
    }

    /**
     * The NUMA node of the first page.
     *
     * @return number of the node; empty where it can not be told
     * @throws IllegalStateException if the buffer is closed
     */
    public OptionalInt node() {
        checkOpen();
        mapping.hold();
        try {
            final Shims shims = allocation.environment().shims();
            final int node = shims.missingBecause().isPresent() ? -1 : shims.node_of(mapping.address() + start);
            return node < 0 ? OptionalInt.empty() : OptionalInt.of(node);
        } finally {
            mapping.release();
        }
    }

    /**
     * Where the memory came from.
     *
     * @return the source
     */
    public Source source() {
        return allocation.source();
    }

    /**
     * What the memory is made of: the size of huge pages if it comes from their pool, otherwise the base page size of this machine.
     *
     * @return bytes
     */
    public long pageSize() {
        return allocation.memory().pageSize();
    }

    /**
     * The proof with which the memory was handed out.
     *
     * @return of the whole allocation, also for a slice
     */
    public ContiguityProof proof() {
        return allocation.proof();
    }

    /**
     * Takes a new proof of the whole allocation, also for a slice. {@link ContiguityProof#movedSince} compares it with
     * {@link #proof()}.
     *
     * @return the proof
     * @throws IllegalStateException     if the buffer is closed
     * @throws ContiguousMemoryException if pages can not be read
     */
    public ContiguityProof verify() {
        // Held, because a proof of what another thread has just freed would be a proof of nothing.
        checkOpen();
        mapping.hold();
        try {
            final Events.Verifying event = Events.current().verifying();
            final ContiguityProof now = allocation.prove();
            event.done(proof(), now);
            return now;
        } finally {
            mapping.release();
        }
    }

    /**
     * A byte buffer on the whole buffer.
     *
     * @return in native byte order, position 0
     * @throws IllegalStateException if the buffer is closed, or longer than a byte buffer can be (2 GiB - 1)
     */
    public ByteBuffer asByteBuffer() {
        if (size > Integer.MAX_VALUE) {
            throw new IllegalStateException("a ByteBuffer holds 2147483647 bytes at most and the buffer has " + size
                    + ": use asByteBuffer(offset, length) or the methods with a long index");
        }
        return asByteBuffer(0, (int) size);
    }

    /**
     * A byte buffer on a part.
     *
     * @param offset start of the part
     * @param length bytes
     * @return in native byte order, position 0
     * @throws IndexOutOfBoundsException if the part is not inside the buffer
     * @throws IllegalStateException     if the buffer is closed
     */
    public ByteBuffer asByteBuffer(final long offset, final int length) {
        return asByteBuffer(offset, length, ByteOrder.nativeOrder());
    }

    /**
     * A byte buffer on a part, in the byte order of the device.
     *
     * @param offset start of the part
     * @param length bytes
     * @param order  byte order
     * @return in that byte order, position 0
     * @throws IndexOutOfBoundsException if the part is not inside the buffer
     * @throws IllegalStateException     if the buffer is closed
     */
    public ByteBuffer asByteBuffer(final long offset, final int length, final ByteOrder order) {
        Objects.requireNonNull(order, "order must not be null");
        checkRange(offset, length);
        return mapping.view(start + offset, length).order(order);
    }

    /**
     * A part of this buffer as a buffer. Closing the part ends the part only; closing the buffer it came from frees the
     * memory and ends all parts.
     *
     * @param offset start of the part
     * @param length bytes, greater than 0
     * @return the part
     * @throws IndexOutOfBoundsException if the part is not inside the buffer
     * @throws IllegalStateException     if the buffer is closed
     */
    public ContiguousBuffer slice(final long offset, final long length) {
        if (length <= 0) {
            throw new IllegalArgumentException("a slice has at least 1 byte: " + length);
        }
        checkRange(offset, length);
        return new ContiguousBuffer(allocation, start + offset, length, true);
    }

    /**
     * States that the program accesses the buffer between two transfers of a device. On x86 and for coherent devices there is nothing to
     * be done, and it costs nothing; elsewhere caches are written back or dropped, as far as user space can.
     *
     * <pre>{@code
     * try (CpuAccess access = buffer.cpuAccess(DmaDirection.FROM_DEVICE)) {
     *     ... read what the device has written
     * }
     * ... start the next transfer
     * }</pre>
     *
     * @param direction which way the data goes
     * @return the scope, which the caller closes before the device goes on
     * @throws IllegalStateException     if the buffer is closed
     * @throws ContiguousMemoryException if the system refuses it
     */
    public CpuAccess cpuAccess(final DmaDirection direction) {
        return cpuAccess(0, size, direction);
    }

    /** The same for a part. */
    CpuAccess cpuAccess(final long offset, final long length, final DmaDirection direction) {
        checkRange(offset, length);
        return new CpuAccess(allocation, mapping.address() + start + offset, length, direction);
    }

    /**
     * States that a device may access the buffer from now on.
     *
     * @return the lease, which the caller closes when the device is done
     * @throws IllegalStateException if the buffer is closed
     */
    public DmaLease beginDma() {
        checkOpen();
        return new DmaLease(mapping);
    }

    /**
     * Reads a byte.
     *
     * @param index of the byte
     * @return the byte
     */
    public byte getByte(final long index) {
        checkRange(index, Byte.BYTES);
        return mapping.window(start + index).get(Mapping.indexInWindow(start + index));
    }

    /**
     * Writes a byte.
     *
     * @param index of the byte
     * @param value the byte
     */
    public void putByte(final long index, final byte value) {
        checkRange(index, Byte.BYTES);
        mapping.window(start + index).put(Mapping.indexInWindow(start + index), value);
    }

    /**
     * Reads an int.
     *
     * @param index of its first byte; need not be aligned
     * @return the value
     */
    public int getInt(final long index) {
        checkRange(index, Integer.BYTES);
        return mapping.window(start + index).getInt(Mapping.indexInWindow(start + index));
    }

    /**
     * Writes an int.
     *
     * @param index of its first byte; need not be aligned
     * @param value the value
     */
    public void putInt(final long index, final int value) {
        checkRange(index, Integer.BYTES);
        mapping.window(start + index).putInt(Mapping.indexInWindow(start + index), value);
    }

    /**
     * Reads a long.
     *
     * @param index of its first byte; need not be aligned
     * @return the value
     */
    public long getLong(final long index) {
        checkRange(index, Long.BYTES);
        return mapping.window(start + index).getLong(Mapping.indexInWindow(start + index));
    }

    /**
     * Writes a long.
     *
     * @param index of its first byte; need not be aligned
     * @param value the value
     */
    public void putLong(final long index, final long value) {
        checkRange(index, Long.BYTES);
        mapping.window(start + index).putLong(Mapping.indexInWindow(start + index), value);
    }

    /**
     * Copies bytes out of the buffer.
     *
     * @param index  of the first byte
     * @param target receives them
     * @param offset where in the target
     * @param length how many
     */
    public void get(final long index, final byte[] target, final int offset, final int length) {
        Objects.checkFromIndexSize(offset, length, target.length);
        checkRange(index, length);
        mapping.view(start + index, length).get(target, offset, length);
    }

    /**
     * Copies bytes into the buffer.
     *
     * @param index  of the first byte
     * @param source holds them
     * @param offset where in the source
     * @param length how many
     */
    public void put(final long index, final byte[] source, final int offset, final int length) {
        Objects.checkFromIndexSize(offset, length, source.length);
        checkRange(index, length);
        mapping.view(start + index, length).put(source, offset, length);
    }

    /**
     * Frees the memory, now or, while {@linkplain #beginDma() leases} are open, when the last of them ends. For a slice: ends
     * the slice only. Idempotent, from any thread.
     *
     * @throws IllegalStateException if the system did not let the memory go; it may be closed again then
     */
    @Override
    public void close() {
        closed = true;
        if (!slice) {
            mapping.close();
        }
    }

    /**
     * Whether {@link #close()} was called on this buffer or the one it is a slice of.
     *
     * @return true if so
     */
    public boolean isClosed() {
        return closed || mapping.isClosed();
    }

    /** What it is, in one line. */
    @Override
    public String toString() {
        return "ContiguousBuffer of " + Sizes.exact(size) + " from " + source() + (isClosed() ? ", closed" : "")
                + " [allocated as " + allocation.proof() + "]";
    }

    /** The memory as a pool sees it. */
    PoolRange poolRange() {
        return new PoolRange(mapping, start, address(), extents().isEmpty() ? address() : physicalAddress());
    }

    private void checkRange(final long offset, final long length) {
        Objects.checkFromIndexSize(offset, length, size);
        checkOpen();
    }

    private void checkOpen() {
        if (isClosed()) {
            throw new IllegalStateException("the buffer is closed: " + Sizes.exact(size) + " from " + source());
        }
    }
}
