// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.internal.source;

import io.github.mapcontig.Extent;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Chooses, among pages that lie anywhere in memory, those that make up one extent, or few.
 *
 * <p>Of the runs of neighbors that are long enough it takes the shortest: long ones are rare, and others want them too.
 */
final class PageChoice {
    private final long[] addresses;
    private final long pageSize;
    private final Placement placement;
    /** Page numbers in the order of their addresses. */
    private final int[] order;
    private final List<Part> parts = new ArrayList<>();

    /** Pages that are neighbors and may be an extent: from which on in {@link #order}, and how many. */
    private record Part(int first, int pages) {
    }

    /**
     * Looks at pages.
     *
     * @param addresses physical addresses by page number, each a multiple of the page size
     * @param pageSize  bytes in a page
     * @param placement where extents may lie
     */
    PageChoice(final long[] addresses, final long pageSize, final Placement placement) {
        this.addresses = addresses.clone();
        this.pageSize = pageSize;
        this.placement = placement;
        this.order = IntStream.range(0, addresses.length).boxed()
                .sorted(Comparator.comparingLong(page -> addresses[page]))
                .mapToInt(Integer::intValue).toArray();
        int first = 0;
        for (int i = 1; i <= order.length; i++) {
            if (i == order.length || addresses[order[i]] != addresses[order[i - 1]] + pageSize) {
                addParts(first, addresses[order[first]], i - first);
                first = i;
            }
        }
    }

    private void addParts(final int first, final long start, final int pages) {
        for (final Extent part : placement.parts(start, pages * pageSize, pageSize)) {
            parts.add(new Part(first + (int) (part.offset() / pageSize), (int) (part.length() / pageSize)));
        }
    }

    /**
     * Chooses.
     *
     * @param wanted     pages
     * @param maxExtents how many extents they may make up
     * @return page numbers in the order in which they are to follow each other; empty if there are none such
     */
    Optional<int[]> choose(final int wanted, final int maxExtents) {
        final Optional<Part> best = parts.stream().filter(part -> part.pages >= wanted)
                .min(Comparator.comparingInt(Part::pages));
        if (best.isPresent()) {
            return Optional.of(IntStream.range(0, wanted).map(i -> order[best.get().first + i]).toArray());
        }
        return maxExtents > 1 ? gather(wanted, maxExtents) : Optional.empty();
    }

    private Optional<int[]> gather(final int wanted, final int maxExtents) {
        final List<Part> longest = parts.stream().sorted(Comparator.comparingInt(Part::pages).reversed()).limit(maxExtents)
                .toList();
        final int[] chosen = longest.stream()
                .flatMapToInt(part -> IntStream.range(part.first, part.first + part.pages).map(i -> order[i]))
                .limit(wanted).toArray();
        return chosen.length == wanted ? Optional.of(chosen) : Optional.empty();
    }

    /** The longest extent that there is; 0 if none of the pages lies where it may. */
    long longest() {
        return parts.stream().mapToInt(Part::pages).max().orElse(0) * pageSize;
    }

    /** Where the lowest page starts, wherever it may lie. */
    long lowest() {
        return addresses[order[0]];
    }

    /** Where the highest page ends. */
    long highest() {
        return addresses[order[order.length - 1]] + pageSize - 1;
    }
}
