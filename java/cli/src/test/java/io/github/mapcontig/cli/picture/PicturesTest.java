// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli.picture;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mapcontig.cli.memory.FrameSet;
import io.github.mapcontig.cli.memory.PageKind;
import io.github.mapcontig.cli.memory.PhysicalMap;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;

class PicturesTest {
    private static final long FREE = 0x400;
    private static final long ANON = 0x5828;
    private static final long HOLE = 0x100000;
    private static final long PAGE = 4096;

    /** 8 free pages, a hole of 24, 8 anonymous ones of which one is ours. */
    private final PhysicalMap map = map();

    private static PhysicalMap map() {
        final long[] words = new long[40];
        Arrays.fill(words, 0, 8, FREE);
        Arrays.fill(words, 8, 32, HOLE);
        Arrays.fill(words, 32, 40, ANON);
        final PhysicalMap.Builder builder = new PhysicalMap.Builder(Optional.empty(), FrameSet.EMPTY,
                FrameSet.of(List.of(new FrameSet.Run(35, 36))));
        builder.add(words, words.length);
        return builder.build(PAGE);
    }

    @Test
    void shouldLeaveOutRowsWithoutMemory() {
        final PictureGrid grid = PictureGrid.of(map, 4, 4);

        assertThat(grid.cellBytes()).isEqualTo(PAGE);
        assertThat(grid.rows()).extracting(PictureGrid.Row::address).containsExactly(0L, 4 * PAGE, 32 * PAGE, 36 * PAGE);
        assertThat(new TerminalPicture(false).draw(grid)).containsExactly("           0x0 |....|", "        0x4000 |....|", "",
                "       0x20000 |aaa#|", "       0x24000 |aaaa|");
    }

    @Test
    void shouldMakeCellsLargerUntilTheRowsFit() {
        final PictureGrid grid = PictureGrid.of(map, 4, 2);

        assertThat(grid.cellBytes()).isEqualTo(2 * PAGE);
        assertThat(new TerminalPicture(false).draw(grid)).containsExactly("           0x0 |....|", "", "       0x20000 |a#aa|");
        assertThat(grid.rows().get(1).cells().get(1)).isEqualTo(new PictureGrid.Cell(PageKind.OURS, 0.5));
    }

    @Test
    void shouldShowHolesInARow() {
        assertThat(new TerminalPicture(false).draw(PictureGrid.of(map, 16, 9))).containsExactly(
                "           0x0 |........        |", "", "       0x20000 |aaa#aaaa        |");
    }

    @Test
    void shouldColour() {
        final List<String> lines = new TerminalPicture(true).draw(PictureGrid.of(map, 4, 2));

        assertThat(lines.get(2)).contains("\u001b[38;2;86;180;233m\u2588\u001b[38;2;213;94;0m\u2593\u001b[38;2;86;180;233m\u2588\u2588"
                + "\u001b[0m|");
        assertThat(new TerminalPicture(true).sample(PageKind.HOLE)).isEqualTo(" ");
    }

    @Test
    void shouldTellKindsApart() {
        assertThat(PageKind.values()).extracting(Palette::colour).doesNotHaveDuplicates();
        assertThat(PageKind.values()).extracting(Palette::letter).doesNotHaveDuplicates();
    }

    @Test
    void shouldListWhatThereIs() {
        final Legend legend = Legend.of(map, PictureGrid.of(map, 4, 4));

        assertThat(legend.title()).isEqualTo("Physical memory: one cell is 4 KiB, one row 16.0 KiB");
        assertThat(legend.entries()).extracting(Legend.Entry::text).containsExactly("free: 32.0 KiB, longest run 32.0 KiB",
                "anonymous, movable: 28.0 KiB, longest run 16.0 KiB", "the given processes: 4.0 KiB, longest run 4.0 KiB");
    }

    @Test
    void shouldWriteSvg() throws Exception {
        final Document svg = DocumentBuilderFactory.newInstance().newDocumentBuilder()
                .parse(new ByteArrayInputStream(SvgPicture.draw(map).getBytes(StandardCharsets.UTF_8)));

        assertThat(svg.getDocumentElement().getTagName()).isEqualTo("svg");
        // Background, free, anonymous left and right of ours, and the legend's three.
        assertThat(svg.getElementsByTagName("rect").getLength()).isEqualTo(1 + 4 + 3);
        assertThat(svg.getDocumentElement().getTextContent()).contains("one cell is 4 KiB", "0x0", "the given processes");
    }

    @Test
    void shouldWritePng() throws IOException {
        final BufferedImage png = ImageIO.read(new ByteArrayInputStream(PngPicture.draw(map)));
        final int y = ImageLayout.TOP + ImageLayout.CELL / 2;

        assertThat(png.getRGB(ImageLayout.LEFT + 1, y) & 0xffffff).isEqualTo(Palette.colour(PageKind.FREE));
        assertThat(png.getRGB(ImageLayout.LEFT + 20 * ImageLayout.CELL, y) & 0xffffff).isEqualTo(0xffffff);
        assertThat(png.getRGB(ImageLayout.LEFT + 35 * ImageLayout.CELL + 1, y) & 0xffffff)
                .isEqualTo(Palette.colour(PageKind.OURS));
        assertThat(png.getRGB(ImageLayout.LEFT + 36 * ImageLayout.CELL + 1, y) & 0xffffff)
                .isEqualTo(Palette.colour(PageKind.ANONYMOUS));
    }
}
