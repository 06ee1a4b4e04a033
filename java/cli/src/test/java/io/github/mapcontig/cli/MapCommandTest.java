// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a machine of 1 MiB, imagined in a folder, and on this one. */
class MapCommandTest {
    private static final int FRAMES = 256;
    private static final long FREE = 0x400;
    private static final long KERNEL = 0;

    @TempDir
    private Path root;

    @BeforeEach
    void imagineMachine() throws IOException {
        final ByteBuffer words = ByteBuffer.allocate(FRAMES * Long.BYTES).order(ByteOrder.nativeOrder());
        for (int i = 0; i < FRAMES; i++) {
            words.putLong(i < FRAMES / 4 ? KERNEL : FREE);
        }
        Files.createDirectory(root.resolve("proc"));
        Files.write(root.resolve("proc/kpageflags"), words.array());
        Files.writeString(root.resolve("proc/zoneinfo"), """
                Node 0, zone   Normal
                        spanned  256
                        present  256
                        cma      16
                  start_pfn:           0
                """);
    }

    @Test
    void shouldDrawInTheTerminal() {
        final CommandRun run = CommandRun.of(root, "map");

        assertThat(run.status()).as(run.err()).isZero();
        // 80 columns less the margin: 63 cells.
        assertThat(run.out().lines()).contains("Physical memory: one cell is 4 KiB, one row 252.0 KiB",
                "           0x0 |" + "k".repeat(63) + "|", "       0x3f000 |k" + ".".repeat(62) + "|",
                "  .  free: 768.0 KiB, longest run 768.0 KiB", "  k  kernel, unmovable: 256.0 KiB, longest run 256.0 KiB",
                "node 0, zone Normal: 1.0 MiB of memory from 0x0");
        assertThat(run.out()).contains("reserves (CMA): 64.0 KiB; where they are only debugfs tells");
    }

    @Test
    void shouldWriteTotalsAsJson() {
        final JsonNode found = CommandRun.of(root, "map", "--json").json();

        assertThat(found.get("kinds").get(0).get("kind").textValue()).isEqualTo("free");
        assertThat(found.get("kinds").get(0).get("bytes").longValue()).isEqualTo(768 << 10);
        assertThat(found.get("zones").get(0).get("start").textValue()).isEqualTo("0x0");
        assertThat(found.get("reserveBytes").longValue()).isEqualTo(16 * 4096);
    }

    @Test
    void shouldWriteImages() throws IOException {
        final Path svg = root.resolve("map.svg");
        final Path png = root.resolve("map.png");

        assertThat(CommandRun.of(root, "map", "--out", svg.toString()).status()).isZero();
        assertThat(CommandRun.of(root, "map", "--out", png.toString()).out()).contains("written: " + png);
        assertThat(svg).content().startsWith("<?xml").contains("free: 768.0 KiB");
        assertThat(Files.readAllBytes(png)).startsWith(0x89, 'P', 'N', 'G');
    }

    @Test
    void shouldSayThatAnImageCanNotBeWritten() {
        final CommandRun run = CommandRun.of(root, "map", "--out", root.resolve("no/such/folder/map.svg").toString());

        assertThat(run.status()).isEqualTo(ExitStatus.NEGATIVE);
        assertThat(run.err()).startsWith("contig: can not write ").contains("file: there is no such file", "what to do: ")
                .doesNotContain("\tat ", "Exception");
    }

    @Test
    void shouldTellAMissingFileFromAMissingRight() throws IOException {
        Files.delete(root.resolve("proc/kpageflags"));
        final CommandRun run = CommandRun.of(root, "map");

        assertThat(run.status()).isEqualTo(ExitStatus.NEGATIVE);
        assertThat(run.err()).contains("CONFIG_PROC_PAGE_MONITOR");
        assertThat(MapCommand.unreadable(root, new AccessDeniedException("kpageflags")).status())
                .isEqualTo(ExitStatus.NOT_PERMITTED);
        assertThat(MapCommand.unreadable(root, new AccessDeniedException("kpageflags"))).hasMessageContaining(": not permitted")
                .hasMessageContaining("run as root").hasMessageNotContaining("Exception");
        assertThat(MapCommand.unreadable(root, new NoSuchFileException("kpageflags")).status()).isEqualTo(ExitStatus.NEGATIVE);
    }

    @Test
    void shouldDrawThisMachine() {
        final CommandRun run = CommandRun.of("map", "--pid", CommandRun.self(), "--json");

        if (!Files.isReadable(Path.of("/proc/kpageflags"))) {
            assertThat(run.status()).isEqualTo(ExitStatus.NOT_PERMITTED);
            return;
        }
        assertThat(run.status()).as(run.err()).isZero();
        long ours = 0;
        for (final JsonNode kind : run.json().get("kinds")) {
            ours += kind.get("kind").textValue().equals("ours") ? kind.get("bytes").longValue() : 0;
        }
        if (CommandRun.seesFrames()) {
            assertThat(ours).isGreaterThan(10 << 20);
        }
    }
}
