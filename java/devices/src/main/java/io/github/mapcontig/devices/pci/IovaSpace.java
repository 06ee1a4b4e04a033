// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.devices.pci;

import io.github.mapcontig.internal.platform.Sizes;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * Which device addresses are free. Gives the lowest that fit, since devices that put out few address bits need those. Address
 * 0 is never given: to many devices and drivers it means that there is none. Not thread-safe.
 */
final class IovaSpace {
    private final long granule;
    /** Start to end (exclusive) of what is free; no two touch. */
    private final TreeMap<Long, Long> free = new TreeMap<>();
    /** Start to length of what is taken. */
    private final TreeMap<Long, Long> taken = new TreeMap<>();

    /**
     * Creates a space.
     *
     * @param ranges      addresses that are valid, in any order, not overlapping
     * @param granule     smallest page, a power of two: whatever is given starts and ends at one
     * @param addressBits what the device puts out, 1 to 64
     */
    IovaSpace(final List<IovaRange> ranges, final long granule, final int addressBits) {
        this.granule = granule;
        final long limit = addressBits >= Long.SIZE - 1 ? Long.MAX_VALUE : (1L << addressBits) - 1;
        for (final IovaRange range : ranges) {
            // What is beyond 2^63 no page table reaches; a last address there reads as a negative number.
            final long last = range.last() < 0 ? limit : Math.min(range.last(), limit);
            if (range.first() >= 0 && range.first() <= last) {
                add(range.first(), last);
            }
        }
    }

    private void add(final long first, final long last) {
        final long start = Math.max(roundUp(first), granule);
        final long end = last == Long.MAX_VALUE ? last & -granule : last + 1 & -granule;
        if (start >= 0 && start < end) {
            release(start, end);
        }
    }

    /**
     * Takes the lowest addresses that fit.
     *
     * @param length    bytes, a multiple of the granule, greater than 0
     * @param alignment how they shall lie
     * @return the first; empty if there are none
     */
    OptionalLong allocate(final long length, final IovaAlignment alignment) {
        for (final Map.Entry<Long, Long> span : free.entrySet()) {
            final long start = alignment.firstFrom(span.getKey());
            // Without sums: they could pass 2^63.
            if (start >= 0 && start < span.getValue() && length <= span.getValue() - start) {
                take(span.getKey(), span.getValue(), start, start + length);
                taken.put(start, length);
                return OptionalLong.of(start);
            }
        }
        return OptionalLong.empty();
    }

    private void take(final long spanStart, final long spanEnd, final long start, final long end) {
        free.remove(spanStart);
        if (spanStart < start) {
            free.put(spanStart, start);
        }
        if (end < spanEnd) {
            free.put(end, spanEnd);
        }
    }

    /**
     * How long what was given is.
     *
     * @param start what {@link #allocate} returned
     * @return bytes
     */
    long length(final long start) {
        final Long length = taken.get(start);
        if (length == null) {
            throw new IllegalArgumentException("no device address was given out at 0x" + Long.toHexString(start));
        }
        return length;
    }

    /**
     * Gives addresses back.
     *
     * @param start what {@link #allocate} returned
     */
    void free(final long start) {
        final long end = start + length(start);
        taken.remove(start);
        release(start, end);
    }

    private void release(final long start, final long end) {
        long from = start;
        long to = end;
        final Map.Entry<Long, Long> below = free.floorEntry(start);
        if (below != null && below.getValue() == start) {
            from = below.getKey();
        }
        final Long above = free.remove(end);
        if (above != null) {
            to = above;
        }
        free.put(from, to);
    }

    /** The longest span that is free, for messages. */
    long largest() {
        return free.entrySet().stream().mapToLong(span -> span.getValue() - span.getKey()).max().orElse(0);
    }

    private long roundUp(final long address) {
        return address + granule - 1 & -granule;
    }

    @Override
    public String toString() {
        final StringBuilder text = new StringBuilder();
        free.forEach((start, end) -> text.append(text.length() == 0 ? "" : ", ").append(Sizes.range(start, end - start)));
        return text.length() == 0 ? "none" : text.toString();
    }
}
