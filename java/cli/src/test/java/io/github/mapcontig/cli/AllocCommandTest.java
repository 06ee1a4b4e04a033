// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.mapcontig.ContiguousMemory;
import io.github.mapcontig.ContiguousMemoryException;
import io.github.mapcontig.MemoryCapabilities;
import io.github.mapcontig.Source;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** On any machine: where a source can serve, what it gave is looked at; where none can, the refusal is. */
class AllocCommandTest {
    private static final String SIZE = "64K";

    private static boolean canAllocate(final Source... sources) {
        try {
            ContiguousMemory.request().size(64 << 10).sources(sources).allocate().close();
            return true;
        } catch (final ContiguousMemoryException e) {
            return false;
        }
    }

    @Test
    void shouldAllocateFromEachSourceOrSayWhyNot() {
        for (final Source source : Source.values()) {
            final CommandRun run = CommandRun.of("alloc", "--size", SIZE, "--source", source.name(), "--fill");
            if (canAllocate(source)) {
                assertThat(run.status()).as(run.toString()).isZero();
                assertThat(run.out()).contains(" from " + source, "proof ", ": physical 0x", "filled, and read back as written");
            } else {
                assertThat(run.status()).as(run.toString()).isNotIn(ExitStatus.OK, ExitStatus.USAGE, ExitStatus.INTERNAL_ERROR);
                assertThat(run.out()).isEmpty();
                assertThat(run.err()).startsWith("contig: can not allocate 64 KiB").contains("  - " + source + ": ",
                        "what to do: ").doesNotContain("\tat ");
            }
        }
    }

    @Test
    void shouldAdviseInWordsOfTheShell() {
        final CommandRun run = CommandRun.of("alloc", "--size", SIZE, "--source", "dma_heap,locked");

        assertThat(run.err()).contains("ask for --proof NONE", "allow for more extents: --max-extents N")
                .doesNotContain("ProofLevel", ".maxExtents");
    }

    @Test
    void shouldSayThatTheKernelLacksMapContig() {
        final CommandRun run = CommandRun.of("alloc", "--size", SIZE, "--source", "map_contig");

        assertThat(run.status()).isEqualTo(MemoryCapabilities.probe().mapContig().available()
                ? CommandRun.ifSeen(ExitStatus.OK) : ExitStatus.NO_MAP_CONTIG);
    }

    @Test
    void shouldRefuseMoreThanThereIs() {
        final CommandRun run = CommandRun.of("alloc", "--size", "1024T");

        assertThat(run.status()).isNotIn(ExitStatus.OK, ExitStatus.USAGE, ExitStatus.INTERNAL_ERROR);
        assertThat(run.err()).contains("this machine has");
    }

    @Test
    void shouldHoldForAWhile() {
        final CommandRun run = CommandRun.of("alloc", "--size", SIZE, "--max-extents", "16", "--pinned", "--hold=1");

        assertThat(run.status()).as(run.toString()).isEqualTo(CommandRun.ifSeen(ExitStatus.OK));
        if (CommandRun.seesFrames()) {
            assertThat(run.out()).contains("held for 1 s", "nothing moved").endsWith("freed" + System.lineSeparator());
        }
    }

    @Test
    void shouldSayThatFramesAreHidden() throws IOException, InterruptedException {
        final CommandRun run = CommandRun.withoutSysAdmin("alloc", "--size", SIZE, "--source", "locked", "--max-extents", "16");

        assertThat(run.status()).as(run.toString()).isEqualTo(ExitStatus.NOT_PERMITTED);
        assertThat(run.err()).contains("can not allocate 64 KiB", "what to do: ");
    }

    @Test
    void shouldWriteJsonAndGoOnHolding() throws IOException, InterruptedException {
        final Process process = CommandRun.start(List.of(), "alloc", "--size", SIZE, "--max-extents", "16", "--hold", "--json",
                "--fill");
        final String line;
        try (BufferedReader out = process.inputReader()) {
            line = out.readLine();
            process.toHandle().destroy();
            if (!CommandRun.seesFrames()) {
                assertThat(process.waitFor()).isEqualTo(ExitStatus.NOT_PERMITTED);
                return;
            }
            assertThat(out.readLine()).isNull();
        }
        final JsonNode found = new CommandRun(0, line, "").json();
        assertThat(found.get("size").longValue()).isGreaterThanOrEqualTo(64 << 10);
        assertThat(found.get("filled").booleanValue()).isTrue();
        assertThat(found.get("extents").size()).isBetween(1, 16);
        assertThat(process.waitFor()).isZero();
    }
}
