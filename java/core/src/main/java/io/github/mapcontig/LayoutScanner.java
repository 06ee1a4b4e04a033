// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

import java.util.ArrayList;
import java.util.List;

/**
 * Joins the pagemap words of consecutive pages to extents. Made for one range, fed in order; not thread-safe.
 *
 * <p>A contiguous range costs one mask and one comparison a page and no object; objects are made per extent.
 */
final class LayoutScanner {
    /** The expected word while no run is open: no masked word equals it. */
    private static final long NO_RUN = -1;
    private static final long PLACE = PagemapEntry.PRESENT | PagemapEntry.PFN_MASK;

    private final long pageSize;
    private final List<Extent> extents = new ArrayList<>();

    private long page;
    private long hidden;
    private long swapped;
    private long runStart;
    private long expected = NO_RUN;

    LayoutScanner(final long pageSize) {
        this.pageSize = pageSize;
    }

    /**
     * Takes the words of the next pages.
     *
     * @param words the words
     * @param count how many of them, from index 0
     */
    void scan(final long[] words, final int count) {
        // In locals, because the fields would be loaded and stored for every page.
        long want = expected;
        final long base = page;
        for (int i = 0; i < count; i++) {
            if ((words[i] & PLACE) == want) {
                want++;
            } else {
                page = base + i;
                want = breakRun(want, words[i]);
            }
        }
        page = base + count;
        expected = want;
    }

    /**
     * Takes the next pages, which are known to follow each other in memory.
     *
     * @param word  the word of the first of them
     * @param pages how many they are
     */
    void scanRun(final long word, final long pages) {
        final long want = (word & PLACE) == expected ? expected + 1 : breakRun(expected, word);
        page += pages;
        expected = want + pages - 1;
    }

    private long breakRun(final long want, final long word) {
        closeRun(want);
        if ((word & PagemapEntry.PRESENT) == 0) {
            swapped += (word & PagemapEntry.SWAPPED) == 0 ? 0 : 1;
            return NO_RUN;
        }
        if ((word & PagemapEntry.PFN_MASK) == 0) {
            hidden++;
            return NO_RUN;
        }
        runStart = page;
        return (word & PLACE) + 1;
    }

    private void closeRun(final long want) {
        if (want != NO_RUN) {
            final long pages = page - runStart;
            final long firstPfn = (want & PagemapEntry.PFN_MASK) - pages;
            extents.add(new Extent(runStart * pageSize, firstPfn * pageSize, pages * pageSize));
        }
    }

    /**
     * Ends the range.
     *
     * @param address where the range starts
     * @return its layout
     */
    PhysicalLayout finish(final long address) {
        closeRun(expected);
        expected = NO_RUN;
        final long visible = extents.stream().mapToLong(Extent::length).sum() / pageSize;
        return new PhysicalLayout(address, page * pageSize, pageSize, extents, visible + hidden, hidden, swapped);
    }
}
