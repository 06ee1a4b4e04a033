// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

import io.github.mapcontig.internal.pool.FreeList;
import io.github.mapcontig.internal.platform.Sizes;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Buffers of equal size in one contiguous range: what drivers of network cards and disks hand to their devices.
 *
 * <pre>{@code
 * try (DmaBufferPool pool = DmaBufferPool.create(ContiguousMemory.request().pinned(true), PoolLayout.of(4096, 2048))) {
 *     PooledBuffer packet = pool.tryAcquire();
 *     if (packet != null) {
 *         ring.post(packet.physicalAddress(), packet.size());
 *         ...
 *         packet.release();
 *     }
 * }
 * }</pre>
 *
 * <p><b>Memory.</b> {@link #range()} is all of it: where it came from, its proof, and the means to verify it. Ask for
 * {@linkplain AllocationRequest.Builder#pinned pinned} memory, as a device gets its addresses. The pool holds a
 * {@linkplain ContiguousBuffer#beginDma() lease} on it, so that no lease is needed for a buffer: not to release it is enough.
 *
 * <p><b>Cost.</b> Acquire and release take no lock and make no garbage, one by one or many in one step. What is acquired is
 * what was released last, so that it is likely to be in the caches still.
 *
 * <p><b>Errors.</b> A buffer that is released twice, or to a pool that it is not of, is refused. Use after release is not
 * noticed.
 *
 * <p><b>End.</b> {@link #close()} ends acquiring; the memory is freed when the last buffer that is out has been released, since a device may still write to it. A buffer that is never
 * released keeps the memory allocated: memory lost is better than memory overwritten. A pool that is dropped without close
 * keeps its memory until the process ends.
 *
 * <p>Thread-safe.
 */
public final class DmaBufferPool implements AutoCloseable {
    private final PoolLayout layout;
    private final PooledBuffer[] buffers;
    private final FreeList free;
    private final boolean physical;
    private final ContiguousBuffer range;
    private final boolean owner;
    private final DmaLease lease;
    /** Buffers that are nobody's any more since the pool was closed. */
    private final AtomicInteger retired = new AtomicInteger();
    /** All of them are: the memory is not the pool's any more. */
    private volatile boolean ended;

    private DmaBufferPool(final ContiguousBuffer range, final PoolLayout layout, final boolean owner) {
        this.layout = layout;
        this.physical = !range.extents().isEmpty();
        this.range = range;
        this.owner = owner;
        this.free = new FreeList(layout.count());
        this.buffers = new PooledBuffer[layout.count()];
        checkPlaceable(range, layout);
        final PoolRange place = range.poolRange();
        final long[] offsets = layout.offsets(place.physicalAddress(), range.size());
        for (int i = 0; i < buffers.length; i++) {
            buffers[i] = new PooledBuffer(this, i, layout.bufferSize(), place, offsets[i]);
        }
        // Last, since nobody would end it if something above threw; and a range that was closed meanwhile is refused here.
        this.lease = range.beginDma();
    }

    /**
     * Allocates a range and makes a pool of it.
     *
     * @param request what the range shall be; its size and alignment are set from the layout. A range starts at a multiple of the
     *                layout's boundary where that costs nothing, and takes {@link PoolLayout#bytesFromBoundary()} then
     * @param layout  how many buffers, and how they lie
     * @return the pool, which owns the range and which the caller closes
     * @throws IllegalArgumentException  if the request is wrong in itself, or allows for more than one extent
     * @throws ContiguousMemoryException if no source could serve; nothing stays allocated
     */
    public static DmaBufferPool create(final AllocationRequest.Builder request, final PoolLayout layout) {
        request.size(layout.rangeBytes()).alignment(layout.rangeAlignment());
        final int extents = request.build().maxExtents();
        if (extents > 1) {
            throw new IllegalArgumentException("a pool takes one extent and the request allows for " + extents
                    + ": leave out .maxExtents(" + extents + ")");
        }
        final ContiguousBuffer range = request.allocate();
        try {
            return new DmaBufferPool(range, layout, true);
        } catch (final RuntimeException | Error e) {
            range.close();
            throw e;
        }
    }

    /**
     * Makes a pool of memory that is there, such as a {@linkplain ContiguousBuffer#slice slice}. The caller still closes the range, before
     * or after the pool; its memory is freed when the range is closed, the pool is closed, and all buffers are back.
     *
     * @param range  the memory, at least {@link PoolLayout#bytes()} long if it starts at a multiple of the alignment;
     *               {@link PoolLayout#bytesFromBoundary()} if it starts at a multiple of the boundary too
     * @param layout how many buffers, and how they lie
     * @return the pool, which the caller closes
     * @throws IllegalArgumentException if the buffers do not fit, the range has more than one extent, or alignment or boundary are
     *                                  more than a page and the range was allocated without a proof of its address
     * @throws IllegalStateException    if the range is closed
     */
    public static DmaBufferPool over(final ContiguousBuffer range, final PoolLayout layout) {
        return new DmaBufferPool(range, layout, false);
    }

    /**
     * How many buffers there are, and how they lie.
     *
     * @return the layout
     */
    public PoolLayout layout() {
        return layout;
    }

    /**
     * The memory that the buffers are parts of: its source, its proof and what that says about moves and IOMMUs,
     * {@link ContiguousBuffer#verify()}, methods with a long index. {@link PooledBuffer#offset()} is where in it a buffer starts.
     *
     * @return a slice of the whole range, another at each call; to close it ends nothing else
     * @throws IllegalStateException if the memory was freed, or the range was the caller's and is closed
     */
    public ContiguousBuffer range() {
        return range.slice(0, range.size());
    }

    /**
     * A buffer by its index, whoever has it; for programs that get an index back from their device.
     *
     * @param index 0 to count - 1
     * @return the buffer; it is the caller's only if the caller has acquired it
     * @throws IndexOutOfBoundsException if there is no such buffer
     */
    public PooledBuffer get(final int index) {
        if (index < 0 || index >= buffers.length) {
            throw new IndexOutOfBoundsException("the pool has the buffers 0 to " + (buffers.length - 1) + ": " + index);
        }
        return buffers[index];
    }

    /**
     * Takes a buffer, if one is free.
     *
     * @return a buffer with the content that its last owner left, which the caller releases; null if all are out
     * @throws IllegalStateException if the pool is closed
     */
    public PooledBuffer tryAcquire() {
        final int index = free.take();
        if (index < 0) {
            return none(index);
        }
        return buffers[index];
    }

    /**
     * Takes a buffer.
     *
     * @return a buffer with the content that its last owner left, which the caller releases
     * @throws IllegalStateException if all are out, or the pool is closed
     */
    public PooledBuffer acquire() {
        final PooledBuffer buffer = tryAcquire();
        if (buffer == null) {
            throw new IllegalStateException("all " + buffers.length + " buffers of the pool are out: release some, make it larger,"
                    + " or use tryAcquire()");
        }
        return buffer;
    }

    /**
     * Takes buffers, as many as are wanted or free.
     *
     * @param target receives them
     * @param from   where in the target
     * @param most   how many are wanted, 0 or more
     * @return how many there were, 0 to {@code most}
     * @throws IndexOutOfBoundsException if the target has not that much room
     * @throws IllegalStateException     if the pool is closed
     */
    public int acquire(final PooledBuffer[] target, final int from, final int most) {
        Objects.checkFromIndexSize(from, most, target.length);
        if (most == 0) {
            return 0;
        }
        final long chain = free.takeChain(most);
        if (chain < 0) {
            none((int) chain);
            return 0;
        }
        final int count = FreeList.count(chain);
        int index = (int) chain;
        for (int i = 0; i < count; i++) {
            target[from + i] = buffers[index];
            index = free.takeNext(index);
        }
        return count;
    }

    /**
     * Gives a buffer back; the same as {@link PooledBuffer#release()}.
     *
     * @param buffer one that the caller acquired here
     * @throws IllegalArgumentException if it is of another pool
     * @throws IllegalStateException    if nobody had acquired it, or it was released already
     */
    public void release(final PooledBuffer buffer) {
        final int index = beginRelease(buffer);
        if (!free.give(index, index)) {
            retire(1);
        }
    }

    /**
     * Gives buffers back, in one step; the first is the first to be acquired again. If one of them is refused, those before it are
     * released, and those behind it are not.
     *
     * @param source holds them; it keeps its references, which are not the caller's any more
     * @param from   where in the source
     * @param count  how many, 0 or more
     * @throws IndexOutOfBoundsException if the source has not that many
     * @throws IllegalArgumentException  if one is of another pool
     * @throws IllegalStateException     if nobody had acquired one, or it was released already
     */
    public void release(final PooledBuffer[] source, final int from, final int count) {
        Objects.checkFromIndexSize(from, count, source.length);
        int done = 0;
        try {
            int previous = -1;
            for (; done < count; done++) {
                final int index = beginRelease(source[from + done]);
                if (done > 0) {
                    free.link(previous, index);
                }
                previous = index;
            }
        } finally {
            if (done > 0 && !free.give(source[from].index(), source[from + done - 1].index())) {
                retire(done);
            }
        }
    }

    /**
     * How many buffers are acquired and not released. Looks at each of them; exact while nobody acquires or releases.
     *
     * @return the number
     */
    public int outstanding() {
        return free.taken();
    }

    /**
     * Whether the buffers have physical addresses.
     *
     * @return false if the range was allocated without a proof of its address
     */
    public boolean hasPhysicalAddresses() {
        return physical;
    }

    /**
     * Ends acquiring. The memory is freed now, or when the last buffer that is out has been released. Idempotent, from any thread.
     *
     * @throws IllegalStateException if the system did not let the memory go; it may be closed again then
     */
    @Override
    public void close() {
        if (!free.isClosed()) {
            retire(free.close());
        } else if (retired.get() == buffers.length) {
            end();
        }
    }

    /**
     * Whether {@link #close()} was called.
     *
     * @return true if so
     */
    public boolean isClosed() {
        return free.isClosed();
    }

    /** What it is, in one line. */
    @Override
    public String toString() {
        return "DmaBufferPool of " + buffers.length + " buffers of " + Sizes.exact(layout.bufferSize()) + ", " + outstanding()
                + " out" + (isClosed() ? ", closed" : "");
    }

    private static void checkPlaceable(final ContiguousBuffer range, final PoolLayout layout) {
        final int extents = range.extents().size();
        if (extents > 1) {
            throw new IllegalArgumentException("a pool takes one extent and the range has " + extents
                    + ": use slices that lie within one each");
        }
        if (extents == 0 && Math.max(layout.alignment(), layout.boundary()) > range.pageSize()) {
            throw new IllegalArgumentException("alignment and boundary can not be more than a page, " + range.pageSize()
                    + " bytes, in a range without a proof of its physical address: " + layout);
        }
    }

    private PooledBuffer none(final int why) {
        if (why == FreeList.CLOSED) {
            throw new IllegalStateException("the pool is closed: " + this);
        }
        return null;
    }

    private int beginRelease(final PooledBuffer buffer) {
        if (buffer.pool() != this) {
            throw new IllegalArgumentException("the buffer is of another pool: " + buffer);
        }
        if (!free.beginGive(buffer.index())) {
            throw new IllegalStateException("nobody had acquired the buffer, or it was released already: " + buffer);
        }
        return buffer.index();
    }

    private void retire(final int count) {
        // Exactly one thread brings it to the end, as the list gives each buffer to the closer or to its releaser.
        if (retired.addAndGet(count) == buffers.length) {
            end();
        }
    }

    private void end() {
        ended = true;
        if (owner) {
            range.close();
        }
        lease.close();
    }

    /** Refuses to tell where memory is that may be another's by now. */
    void checkNotEnded() {
        if (ended) {
            throw new IllegalStateException("the pool is closed: " + this);
        }
    }

    CpuAccess cpuAccess(final long offset, final int length, final DmaDirection direction) {
        return range.cpuAccess(offset, length, direction);
    }
}
