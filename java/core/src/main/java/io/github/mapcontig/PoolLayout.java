// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

import io.github.mapcontig.internal.pool.FreeList;
import org.apache.commons.lang3.Validate;

/**
 * How the buffers of a {@link DmaBufferPool} lie in its range: one behind the other, each at a multiple of the alignment, none
 * across a multiple of the boundary. Alignment and boundary are those of physical addresses. Immutable.
 *
 * @param count      how many buffers, 1 to 16777214
 * @param bufferSize bytes in each, 1 to 1 GiB; rounded up to the alignment
 * @param alignment  bytes of which the address of each is a multiple, a power of two; less than 64 counts as 64, so that two
 *                   threads never share a cache line of two buffers
 * @param boundary   bytes, a power of two not less than the buffer size: no buffer lies on both sides of a multiple of it;
 *                   {@link #NO_BOUNDARY} where that does not matter
 */
public record PoolLayout(int count, int bufferSize, int alignment, long boundary) {
    /** Buffers may lie across anything. */
    public static final long NO_BOUNDARY = 0;

    private static final int CACHE_LINE = 64;
    /** What every source aligns to without taking more memory for it: the size of a huge page-table entry. */
    private static final long FREE_ALIGNMENT = 2L << 20;
    private static final long SMALLEST_PAGE = 4096;
    private static final int MAX_BUFFER_SIZE = 1 << 30;

    /**
     * Checks and rounds.
     *
     * @param count      how many buffers, 1 to 16777214
     * @param bufferSize bytes in each, 1 to 1 GiB; rounded up to the alignment
     * @param alignment  bytes of which the address of each is a multiple, a power of two up to 1 GiB; less than 64 counts as 64
     * @param boundary   bytes, a power of two not less than the buffer size, or {@link #NO_BOUNDARY}
     */
    public PoolLayout {
        Validate.isTrue(count > 0 && count <= FreeList.MAX_ELEMENTS, "a pool has 1 to %d buffers: %d", FreeList.MAX_ELEMENTS,
                count);
        Validate.isTrue(bufferSize > 0 && bufferSize <= MAX_BUFFER_SIZE, "a buffer of a pool has 1 to %d bytes: %d",
                MAX_BUFFER_SIZE, bufferSize);
        Validate.isTrue(Integer.bitCount(alignment) == 1 && alignment > 0, "alignment must be a power of two: %d", alignment);
        alignment = Math.max(alignment, CACHE_LINE);
        bufferSize = (int) roundUp(bufferSize, alignment);
        Validate.isTrue(boundary == NO_BOUNDARY || Long.bitCount(boundary) == 1 && boundary >= bufferSize,
                "the boundary must be a power of two and not less than a buffer, %d bytes: %d", bufferSize, boundary);
    }

    /**
     * Buffers aligned to a cache line, without a boundary.
     *
     * @param count      how many buffers, 1 to 16777214
     * @param bufferSize bytes in each, 1 to 1 GiB; rounded up to 64
     * @return the layout
     */
    public static PoolLayout of(final int count, final int bufferSize) {
        return new PoolLayout(count, bufferSize, CACHE_LINE, NO_BOUNDARY);
    }

    /**
     * The same with another alignment. The buffer size stays rounded up to the former one.
     *
     * @param bytes a power of two
     * @return the layout
     */
    public PoolLayout alignedTo(final int bytes) {
        return new PoolLayout(count, bufferSize, bytes, boundary);
    }

    /**
     * The same with another boundary: the page size for a device whose descriptors stand for parts of one page, 4 GiB for one
     * that counts in 32 bits.
     *
     * @param bytes a power of two not less than the buffer size, or {@link #NO_BOUNDARY}
     * @return the layout
     */
    public PoolLayout within(final long bytes) {
        return new PoolLayout(count, bufferSize, alignment, bytes);
    }

    /**
     * How long a range is that is enough, wherever it starts, if that is at a multiple of the alignment. One that starts at a
     * multiple of the boundary takes less: {@link #bytesFromBoundary()}.
     *
     * @return bytes
     */
    public long bytes() {
        if (boundary == NO_BOUNDARY) {
            return (long) count * bufferSize;
        }
        // One that starts elsewhere than at a boundary loses less than a buffer before its first.
        return bytesFromBoundary() + bufferSize;
    }

    /**
     * How long a range is that is enough if it starts at a multiple of both alignment and boundary.
     *
     * @return bytes, at most {@link #bytes()}
     */
    public long bytesFromBoundary() {
        if (boundary == NO_BOUNDARY) {
            return (long) count * bufferSize;
        }
        final long inEach = boundary / bufferSize;
        return (count - 1) / inEach * (boundary - inEach * bufferSize) + (long) count * bufferSize;
    }

    /**
     * What a range for these buffers is best aligned to: to the boundary, or for less than that to the power of two that holds them all,
     * so that nothing is lost before the first boundary. The length of a range is rounded up to its alignment, so not where that
     * would be more than is lost.
     *
     * @return bytes, a power of two not less than the alignment
     */
    long rangeAlignment() {
        final long wanted = Math.max(alignment, block());
        final boolean free = wanted <= FREE_ALIGNMENT
                && roundUp(bytesFromBoundary(), wanted) <= roundUp(bytes(), Math.max(alignment, SMALLEST_PAGE));
        return free ? wanted : alignment;
    }

    /**
     * How long a range for these buffers is, if it starts at a multiple of {@link #rangeAlignment()}.
     *
     * @return bytes
     */
    long rangeBytes() {
        return rangeAlignment() >= block() ? bytesFromBoundary() : bytes();
    }

    /** The power of two at a multiple of which a range loses nothing before its first boundary. */
    private long block() {
        return boundary == NO_BOUNDARY ? 1 : Math.min(boundary, Long.highestOneBit(2 * bytesFromBoundary() - 1));
    }

    /**
     * Places the buffers.
     *
     * @param start  where the range starts, in the addresses in which alignment and boundary count
     * @param length bytes in the range
     * @return the offset of each in the range, ascending
     * @throws IllegalArgumentException if they do not fit
     */
    long[] offsets(final long start, final long length) {
        final long[] offsets = new long[count];
        long next = start;
        for (int i = 0; i < count; i++) {
            next = roundUp(next, alignment);
            if (boundary != NO_BOUNDARY && next / boundary != (next + bufferSize - 1) / boundary) {
                next = roundUp(next, boundary);
            }
            offsets[i] = next - start;
            next += bufferSize;
        }
        Validate.isTrue(next - start <= length, "a range of %d bytes at 0x%x is too short: these buffers take %d: %s", length,
                start, next - start, this);
        return offsets;
    }

    private static long roundUp(final long value, final long unit) {
        return value + unit - 1 & -unit;
    }
}
