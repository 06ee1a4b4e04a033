// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.internal.source;

import io.github.mapcontig.AllocationRequest;
import io.github.mapcontig.Extent;
import io.github.mapcontig.internal.platform.Sizes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where in physical memory an extent may lie.
 *
 * @param alignment   its first address is a multiple of this power of two
 * @param boundary    it crosses no multiple of this power of two; 0 for none
 * @param lastAddress it ends here at the latest; unsigned
 */
public record Placement(long alignment, long boundary, long lastAddress) {
    /**
     * What a request wants.
     *
     * @param request the request
     * @return its placement
     */
    public static Placement of(final AllocationRequest request) {
        return new Placement(request.alignment(), request.boundary(), -1L >>> Long.SIZE - request.addressBits());
    }

    /**
     * Where pages may lie for it. They start at multiples of their size: what fits between two boundaries closer than that, and starts
     * with a page, crosses none; what does not fit is cut there.
     *
     * @param pageSize bytes in a page
     * @return the placement, with a boundary of at least a page
     */
    Placement ofPages(final long pageSize) {
        return boundary >= pageSize ? this : new Placement(alignment, 0, lastAddress);
    }

    /**
     * Whether it leaves the choice to the kernel.
     *
     * @param pageSize bytes in a page, to which everything is aligned
     * @return true if every page will do
     */
    public boolean isAnywhere(final long pageSize) {
        return alignment <= pageSize && boundary == 0 && lastAddress == -1L;
    }

    /**
     * Whether it leaves the choice to the kernel for memory that begins with a page and is no longer than that: such memory
     * crosses no boundary that it could avoid.
     *
     * @param pageSize bytes in a page, to which everything is aligned
     * @return true if every page will do
     */
    boolean isAnyPage(final long pageSize) {
        return alignment <= pageSize && lastAddress == -1L;
    }

    /** Whether no address is too high for it. */
    boolean reachesAll() {
        return lastAddress == -1L;
    }

    /**
     * What it asks for.
     *
     * @return in words; empty if every place will do
     */
    String inWords() {
        final List<String> words = new ArrayList<>();
        if (lastAddress != -1L) {
            words.add("up to 0x" + Long.toHexString(lastAddress) + " (" + (Long.SIZE - Long.numberOfLeadingZeros(lastAddress))
                    + " address bits)");
        }
        if (alignment > 1) {
            words.add("at multiples of " + Sizes.exact(alignment));
        }
        if (boundary != 0) {
            words.add("across no boundary of " + Sizes.exact(boundary));
        }
        return String.join(", ", words);
    }

    /**
     * What is wrong with an extent.
     *
     * @param extent the extent
     * @return in words; empty if nothing is
     */
    public Optional<String> violation(final Extent extent) {
        final long start = extent.physicalAddress();
        if ((start & alignment - 1) != 0) {
            return Optional.of("its physical address 0x" + Long.toHexString(start) + " is not a multiple of "
                    + Sizes.exact(alignment));
        }
        if (crosses(start, extent.length())) {
            return Optional.of("it lies at " + Sizes.range(start, extent.length()) + ", across a boundary of "
                    + Sizes.exact(boundary));
        }
        if (Long.compareUnsigned(extent.lastPhysicalAddress(), lastAddress) > 0) {
            return Optional.of("it ends at 0x" + Long.toHexString(extent.lastPhysicalAddress())
                    + ", above the device's last address 0x" + Long.toHexString(lastAddress));
        }
        return Optional.empty();
    }

    /**
     * Cuts a run of memory into the parts that may each be an extent, or a part of one.
     *
     * @param start  physical address of the run, a multiple of the unit
     * @param length bytes of the run, a multiple of the unit
     * @param unit   bytes, a power of two and at most the boundary, in multiples of which memory can be cut
     * @return parts as long as possible, ascending, with offsets from the start of the run; may be empty
     */
    List<Extent> parts(final long start, final long length, final long unit) {
        final List<Extent> parts = new ArrayList<>();
        final long end = end(start, length, unit);
        long place = roundUp(start, Math.max(alignment, unit));
        while (Long.compareUnsigned(place, end) < 0) {
            final long stop = boundary == 0 ? end : Math.min(end, roundUp(place + 1, boundary));
            parts.add(new Extent(place - start, place, stop - place));
            place = stop;
        }
        return parts;
    }

    private long end(final long start, final long length, final long unit) {
        final long end = start + length;
        // lastAddress + 1 is a power of two, or 0
        return lastAddress == -1L || Long.compareUnsigned(end - 1, lastAddress) <= 0 ? end : lastAddress + 1 & -unit;
    }

    private boolean crosses(final long start, final long length) {
        return boundary != 0 && (start & -boundary) != (start + length - 1 & -boundary);
    }

    /** A number in whole units, which are a power of two. */
    static long roundUp(final long value, final long unit) {
        return value + unit - 1 & -unit;
    }
}
