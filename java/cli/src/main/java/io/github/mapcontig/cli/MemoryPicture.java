// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli;

import io.github.mapcontig.Extent;
import io.github.mapcontig.cli.memory.SystemRam;
import io.github.mapcontig.internal.platform.Sizes;
import java.nio.file.Path;
import java.util.List;

/** Draws where extents lie in the machine's memory: one line of cells from address 0 to the end of RAM. */
final class MemoryPicture {
    private static final int CELLS = 64;
    /** From nothing to all of the cell. */
    private static final String SHADES = ".:-=+*%#";

    private final long end;

    /**
     * Creates a picture.
     *
     * @param end address behind the last byte of RAM
     */
    MemoryPicture(final long end) {
        this.end = end;
    }

    /**
     * A picture of this machine.
     *
     * @param atLeast address that must be in it, in case that the end of RAM can not be found out
     * @return the picture
     */
    static MemoryPicture ofThisMachine(final long atLeast) {
        // In bytes: pages of size 1.
        final long end = SystemRam.read(Path.of("/"), 1).map(ram -> ram.runs().get(ram.runs().size() - 1).end()).orElse(0L);
        return new MemoryPicture(Math.max(atLeast, end));
    }

    /**
     * Draws extents.
     *
     * @param extents the extents
     * @return the line, with what it spans
     */
    String draw(final List<Extent> extents) {
        final double cell = (double) end / CELLS;
        final double[] filled = new double[CELLS];
        for (final Extent extent : extents) {
            final double start = extent.physicalAddress();
            final double stop = start + extent.length();
            for (int i = (int) (start / cell); i < CELLS && i * cell < stop; i++) {
                filled[i] += Math.min(stop, (i + 1) * cell) - Math.max(start, i * cell);
            }
        }
        final StringBuilder line = new StringBuilder("0 |");
        for (final double bytes : filled) {
            line.append(shade(bytes / cell));
        }
        return line.append("| ").append(Sizes.rounded(end)).append("  (one cell: ").append(Sizes.rounded((long) cell)).append(')')
                .toString();
    }

    private static char shade(final double share) {
        // Whatever is there at all shows.
        final int step = share == 0 ? 0 : 1 + (int) (share * (SHADES.length() - 2));
        return SHADES.charAt(Math.min(step, SHADES.length() - 1));
    }
}
