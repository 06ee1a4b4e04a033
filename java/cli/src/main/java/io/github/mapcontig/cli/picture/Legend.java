// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli.picture;

import io.github.mapcontig.cli.memory.PageKind;
import io.github.mapcontig.cli.memory.PhysicalMap;
import io.github.mapcontig.internal.platform.Sizes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a picture says in words.
 *
 * @param title   what it shows
 * @param entries the kinds that occur, with what is to be said of them
 */
public record Legend(String title, List<Entry> entries) {
    /**
     * A line.
     *
     * @param kind the kind
     * @param text its name, how much there is of it, and the longest piece
     */
    public record Entry(PageKind kind, String text) {
    }

    /**
     * Makes the legend of a map.
     *
     * @param map  the map
     * @param grid how it is drawn
     * @return the legend
     */
    public static Legend of(final PhysicalMap map, final PictureGrid grid) {
        final List<Entry> entries = new ArrayList<>();
        for (final Map.Entry<PageKind, Long> total : map.totals().entrySet()) {
            if (total.getKey() != PageKind.HOLE) {
                entries.add(new Entry(total.getKey(), total.getKey().text() + ": " + Sizes.rounded(total.getValue())
                        + ", longest run " + Sizes.rounded(map.longest(total.getKey()))));
            }
        }
        return new Legend("Physical memory: one cell is " + Sizes.exact(grid.cellBytes()) + ", one row "
                + Sizes.rounded(grid.cellBytes() * grid.columns()), entries);
    }
}
