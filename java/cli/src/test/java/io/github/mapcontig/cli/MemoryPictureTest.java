// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mapcontig.Extent;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryPictureTest {
    private static final long MIB = 1 << 20;

    private final MemoryPicture picture = new MemoryPicture(64 * MIB);

    @Test
    void shouldDrawWhereExtentsLie() {
        assertThat(cells(new Extent(0, 0, MIB), new Extent(MIB, 62 * MIB, 2 * MIB))).startsWith("#..").endsWith("..##");
    }

    @Test
    void shouldShowWhatHardlyFills() {
        assertThat(cells(new Extent(0, 10 * MIB, 4096))).isEqualTo(".".repeat(10) + ":" + ".".repeat(53));
    }

    @Test
    void shouldShadeByShare() {
        assertThat(cells(new Extent(0, 10 * MIB + MIB / 2, MIB))).isEqualTo(".".repeat(10) + "++" + ".".repeat(52));
    }

    @Test
    void shouldNameTheScale() {
        assertThat(picture.draw(List.of())).isEqualTo("0 |" + ".".repeat(64) + "| 64.0 MiB  (one cell: 1.0 MiB)");
    }

    private String cells(final Extent... extents) {
        final String line = picture.draw(List.of(extents));
        return line.substring(line.indexOf('|') + 1, line.lastIndexOf('|'));
    }
}
