// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli.text;

import java.util.ArrayList;
import java.util.List;

/** Lines of cells, each column as wide as its widest cell. */
public final class Table {
    private static final String GAP = "  ";

    private final List<String[]> rows = new ArrayList<>();
    private final String alignment;

    /**
     * Creates a table.
     *
     * @param alignment one letter a column: {@code l} for left, {@code r} for right
     */
    public Table(final String alignment) {
        this.alignment = alignment;
    }

    /**
     * Adds a line.
     *
     * @param cells as many as there are columns
     * @return this
     */
    public Table row(final Object... cells) {
        final String[] row = new String[alignment.length()];
        for (int i = 0; i < row.length; i++) {
            row[i] = String.valueOf(cells[i]);
        }
        rows.add(row);
        return this;
    }

    /**
     * The lines.
     *
     * @return without blanks at their ends
     */
    public List<String> lines() {
        final int[] widths = new int[alignment.length()];
        for (final String[] row : rows) {
            for (int i = 0; i < row.length; i++) {
                widths[i] = Math.max(widths[i], row[i].length());
            }
        }
        return rows.stream().map(row -> line(row, widths)).toList();
    }

    private String line(final String[] row, final int[] widths) {
        final StringBuilder line = new StringBuilder();
        for (int i = 0; i < row.length; i++) {
            final String padding = " ".repeat(widths[i] - row[i].length());
            line.append(i == 0 ? "" : GAP).append(alignment.charAt(i) == 'r' ? padding + row[i] : row[i] + padding);
        }
        return line.toString().stripTrailing();
    }
}
