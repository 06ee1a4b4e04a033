// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.devices.pci;

import io.github.mapcontig.ContiguousBuffer;
import io.github.mapcontig.Extent;
import java.util.List;

/**
 * How device addresses shall lie: with a given remainder. An IOMMU maps a large page by one entry if device address and
 * physical address agree in all bits below the page's size, so the remainder is that of the memory.
 *
 * @param unit      a power of two
 * @param remainder less than the unit
 */
record IovaAlignment(long unit, long remainder) {
    /** Transparent huge pages, and those that MAP_CONTIG is mapped by. */
    private static final long HUGE_PAGE = 2L << 20;

    /**
     * The alignment that lets the IOMMU use its largest pages.
     *
     * <p>For a buffer of one extent these may be larger than the processor's: only physical addresses count. Of other memory
     * is known that where it has huge pages, their virtual and physical addresses agree in the lower bits.
     *
     * @param buffer    what is to be mapped
     * @param span      its pages
     * @param pageSizes of the IOMMU, a bit each
     * @param granule   the smallest that counts
     * @return the alignment
     */
    static IovaAlignment of(final ContiguousBuffer buffer, final PageSpan span, final long pageSizes, final long granule) {
        final List<Extent> extents = buffer.extents();
        final long lead = buffer.address() - span.address();
        return isOneRange(extents) ? largest(extents.get(0).physicalAddress() - lead, span.length(), pageSizes, granule)
                : largest(span.address(), span.length(),
                        pageSizes & 2 * Math.max(HUGE_PAGE, Long.highestOneBit(buffer.pageSize())) - 1, granule);
    }

    /** Also what is only cut at a boundary is one range. */
    private static boolean isOneRange(final List<Extent> extents) {
        return extents.stream().mapToLong(extent -> extent.physicalAddress() - extent.offset()).distinct().count() == 1;
    }

    /**
     * The alignment for memory whose addresses say how its large pages lie.
     *
     * @param start     of the memory, a multiple of the granule
     * @param length    bytes
     * @param pageSizes a bit for each size
     * @param granule   the smallest that counts
     * @return that of the largest page of which there is a whole one in the memory
     */
    static IovaAlignment largest(final long start, final long length, final long pageSizes, final long granule) {
        for (long page = Long.highestOneBit(pageSizes & Long.MAX_VALUE); page > granule; page >>>= 1) {
            final long toFirst = -start & page - 1;
            if ((pageSizes & page) != 0 && toFirst <= length && page <= length - toFirst) {
                return new IovaAlignment(page, start & page - 1);
            }
        }
        return new IovaAlignment(granule, 0);
    }

    /**
     * The first address that lies so.
     *
     * @param lowest at which to begin
     * @return the address; negative if it would pass 2^63
     */
    long firstFrom(final long lowest) {
        return lowest + (remainder - lowest & unit - 1);
    }
}
