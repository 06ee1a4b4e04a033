// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli.picture;

import io.github.mapcontig.cli.memory.PageKind;
import io.github.mapcontig.cli.memory.PhysicalMap;
import java.util.ArrayList;
import java.util.List;

/**
 * A map of memory as rows of cells of the same number of bytes. Rows in which there is no memory are left out.
 *
 * @param cellBytes bytes that a cell stands for, a power of two
 * @param columns   cells in a row
 * @param rows      the rows, by ascending address
 */
public record PictureGrid(long cellBytes, int columns, List<Row> rows) {
    /**
     * A row.
     *
     * @param address physical address of its first byte
     * @param cells   its cells, from left to right
     */
    public record Row(long address, List<Cell> cells) {
    }

    /**
     * A cell.
     *
     * @param kind  what is shown: {@link PageKind#OURS} and {@link PageKind#BROKEN} if there is any, else what most of its
     *              memory is used for
     * @param share the part of it which is of that kind, from 0 to 1
     */
    public record Cell(PageKind kind, double share) {
        private static final Cell HOLE = new Cell(PageKind.HOLE, 1);
    }

    /**
     * Divides a map.
     *
     * @param map     the map
     * @param columns cells in a row
     * @param maxRows rows that there may be; cells are as large as that needs
     * @return the grid
     */
    public static PictureGrid of(final PhysicalMap map, final int columns, final int maxRows) {
        long cellBytes = map.pageSize();
        List<Long> rows = rowsWithMemory(map, cellBytes * columns, maxRows);
        while (rows.size() > maxRows) {
            cellBytes *= 2;
            rows = rowsWithMemory(map, cellBytes * columns, maxRows);
        }
        final List<Row> result = new ArrayList<>();
        for (final long row : rows) {
            final List<Cell> cells = new ArrayList<>(columns);
            for (int column = 0; column < columns; column++) {
                final long start = row * cellBytes * columns + column * cellBytes;
                cells.add(cell(map, start, start + cellBytes));
            }
            result.add(new Row(row * cellBytes * columns, List.copyOf(cells)));
        }
        return new PictureGrid(cellBytes, columns, List.copyOf(result));
    }

    /** Numbers of the rows with memory; gives up when there are more than enough. */
    private static List<Long> rowsWithMemory(final PhysicalMap map, final long rowBytes, final int enough) {
        final List<Long> rows = new ArrayList<>();
        long next = 0;
        for (int run = 0; run < map.runs() && rows.size() <= enough; run++) {
            final long last = (map.start(run + 1) - 1) / rowBytes;
            for (long row = Math.max(next, map.start(run) / rowBytes);
                    map.kind(run) != PageKind.HOLE && row <= last && rows.size() <= enough; row++) {
                rows.add(row);
                next = row + 1;
            }
        }
        return rows;
    }

    private static Cell cell(final PhysicalMap map, final long start, final long end) {
        if (start >= map.start(map.runs())) {
            return Cell.HOLE;
        }
        final long[] bytes = new long[PageKind.values().length];
        for (int run = map.runAt(start); run < map.runs() && map.start(run) < end; run++) {
            bytes[map.kind(run).ordinal()] += Math.min(end, map.start(run + 1)) - Math.max(start, map.start(run));
        }
        PageKind most = PageKind.HOLE;
        for (final PageKind kind : PageKind.values()) {
            // Whatever memory there is shows, however little it is.
            if (bytes[kind.ordinal()] > 0 && (most == PageKind.HOLE || kind == PageKind.OURS || kind == PageKind.BROKEN
                    || bytes[kind.ordinal()] > bytes[most.ordinal()])) {
                most = kind;
            }
        }
        return most == PageKind.HOLE ? Cell.HOLE : new Cell(most, (double) bytes[most.ordinal()] / (end - start));
    }
}
