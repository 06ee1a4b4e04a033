// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli.picture;

import io.github.mapcontig.cli.memory.PageKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Draws a grid with characters: blocks of colour, or letters where there are no colours. */
public final class TerminalPicture {
    /** Characters in a line besides the cells. */
    public static final int MARGIN = 17;

    private static final String BLOCKS = "\u2591\u2592\u2593\u2588";
    private static final String RESET = "\u001b[0m";

    private final boolean colours;

    /**
     * Creates a painter.
     *
     * @param colours whether the terminal has colours and block characters
     */
    public TerminalPicture(final boolean colours) {
        this.colours = colours;
    }

    /**
     * Draws.
     *
     * @param grid the grid
     * @return one line a row, with the address of its first byte; an empty line where rows without memory are left out
     */
    public List<String> draw(final PictureGrid grid) {
        final List<String> lines = new ArrayList<>();
        long expected = 0;
        for (final PictureGrid.Row row : grid.rows()) {
            if (row.address() != expected) {
                lines.add("");
            }
            expected = row.address() + grid.cellBytes() * grid.columns();
            lines.add(String.format(Locale.ROOT, "%#14x |%s|", row.address(), cells(row.cells())));
        }
        return lines;
    }

    /**
     * How a kind looks.
     *
     * @param kind the kind
     * @return one character, with its colour
     */
    public String sample(final PageKind kind) {
        return cells(List.of(new PictureGrid.Cell(kind, 1)));
    }

    private String cells(final List<PictureGrid.Cell> cells) {
        final StringBuilder line = new StringBuilder();
        PageKind colour = null;
        for (final PictureGrid.Cell cell : cells) {
            if (!colours || cell.kind() == PageKind.HOLE) {
                line.append(Palette.letter(cell.kind()));
                continue;
            }
            if (cell.kind() != colour) {
                line.append(Palette.ansi(cell.kind()));
                colour = cell.kind();
            }
            line.append(BLOCKS.charAt(Math.min(BLOCKS.length() - 1, (int) (cell.share() * BLOCKS.length()))));
        }
        return line.append(colour == null ? "" : RESET).toString();
    }
}
