// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

import java.util.List;

/**
 * Where a virtual range lay in memory when it was read.
 *
 * @param address      start of the range
 * @param length       bytes
 * @param pageSize     bytes in a page
 * @param extents      its physically contiguous parts in ascending order of offset, each as long as possible; pages that are
 *                     not present, or whose place is hidden, are in none
 * @param presentPages pages in memory, hidden ones included
 * @param hiddenPages  pages in memory whose place the kernel keeps back: the reader lacks CAP_SYS_ADMIN
 * @param swappedPages pages that are swapped out or migrate
 */
public record PhysicalLayout(long address, long length, long pageSize, List<Extent> extents, long presentPages,
                             long hiddenPages, long swappedPages) {
    /**
     * Keeps its own copy of the list.
     *
     * @param address      start of the range
     * @param length       bytes
     * @param pageSize     bytes in a page
     * @param extents      its physically contiguous parts in ascending order of offset, each as long as possible; pages that are
     *                    not present, or whose place is hidden, are in none
     * @param presentPages pages in memory, hidden ones included
     * @param hiddenPages  pages in memory whose place the kernel keeps back: the reader lacks CAP_SYS_ADMIN
     * @param swappedPages pages that are swapped out or migrate
     */
    public PhysicalLayout {
        extents = List.copyOf(extents);
    }

    /**
     * How many pages the range has.
     *
     * @return the number
     */
    public long pages() {
        return length / pageSize;
    }

    /**
     * Whether the whole range is one extent.
     *
     * @return true if every page is present, visible, and follows its predecessor in memory
     */
    public boolean isContiguous() {
        return extents.size() == 1 && extents.get(0).length() == length;
    }
}
