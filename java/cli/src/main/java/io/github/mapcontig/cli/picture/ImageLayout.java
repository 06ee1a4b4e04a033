// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli.picture;

/** Where things are in an image, in pixels; the same for SVG and PNG. */
final class ImageLayout {
    /** Cells in a row. */
    static final int COLUMNS = 128;
    /** Rows, at most. */
    static final int ROWS = 96;
    /** Width and height of a cell. */
    static final int CELL = 6;
    /** Left of the cells: addresses. */
    static final int LEFT = 120;
    /** Above the cells: the title. */
    static final int TOP = 32;
    /** Height of a line of text. */
    static final int LINE = 16;
    /** Space around all. */
    static final int MARGIN = 10;
    /** Height of letters. */
    static final int FONT = 12;
    /** A row gets its address where the last one that did is far enough. */
    static final int ROWS_PER_LABEL = 3;

    private ImageLayout() {
    }

    static int width(final PictureGrid grid) {
        return LEFT + grid.columns() * CELL + MARGIN;
    }

    static int legendTop(final PictureGrid grid) {
        return TOP + grid.rows().size() * CELL + MARGIN;
    }

    static int height(final PictureGrid grid, final Legend legend) {
        return legendTop(grid) + legend.entries().size() * LINE + MARGIN;
    }
}
