// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli.picture;

import io.github.mapcontig.cli.memory.PageKind;
import io.github.mapcontig.cli.memory.PhysicalMap;
import io.github.mapcontig.cli.text.Json;
import java.util.List;

/** Draws a map, with its legend, on any canvas. */
final class ImagePainter {
    private static final int ADDRESS_WIDTH = 12;

    private final PictureGrid grid;
    private final Legend legend;

    ImagePainter(final PhysicalMap map) {
        this.grid = PictureGrid.of(map, ImageLayout.COLUMNS, ImageLayout.ROWS);
        this.legend = Legend.of(map, grid);
    }

    int width() {
        return ImageLayout.width(grid);
    }

    int height() {
        return ImageLayout.height(grid, legend);
    }

    void paint(final Canvas canvas) {
        canvas.text(ImageLayout.MARGIN, ImageLayout.TOP - ImageLayout.MARGIN, legend.title());
        int labelled = -ImageLayout.ROWS_PER_LABEL;
        for (int row = 0; row < grid.rows().size(); row++) {
            final int y = ImageLayout.TOP + row * ImageLayout.CELL;
            if (row - labelled >= ImageLayout.ROWS_PER_LABEL) {
                final String address = Json.address(grid.rows().get(row).address());
                canvas.text(ImageLayout.MARGIN, y + ImageLayout.CELL + 2, " ".repeat(Math.max(0, ADDRESS_WIDTH
                        - address.length())) + address);
                labelled = row;
            }
            paintRow(canvas, y, grid.rows().get(row).cells());
        }
        int y = ImageLayout.legendTop(grid);
        for (final Legend.Entry entry : legend.entries()) {
            canvas.box(ImageLayout.LEFT, y, ImageLayout.FONT, ImageLayout.FONT, entry.kind());
            canvas.text(ImageLayout.LEFT + ImageLayout.LINE + 2, y + ImageLayout.FONT - 2, entry.text());
            y += ImageLayout.LINE;
        }
    }

    /** Neighbours of the same kind are one box: a tenth of the file. */
    private static void paintRow(final Canvas canvas, final int y, final List<PictureGrid.Cell> cells) {
        int start = 0;
        for (int column = 1; column <= cells.size(); column++) {
            final PageKind kind = cells.get(start).kind();
            if (column == cells.size() || cells.get(column).kind() != kind) {
                if (kind != PageKind.HOLE) {
                    canvas.box(ImageLayout.LEFT + start * ImageLayout.CELL, y, (column - start) * ImageLayout.CELL,
                            ImageLayout.CELL, kind);
                }
                start = column;
            }
        }
    }
}
