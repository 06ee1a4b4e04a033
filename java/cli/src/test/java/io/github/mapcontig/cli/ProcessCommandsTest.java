// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.mapcontig.ContiguityProof;
import io.github.mapcontig.internal.libc.JnaLibC;
import io.github.mapcontig.internal.libc.LibC;
import io.github.mapcontig.internal.libc.Linux;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The commands that look into a process look into this one. */
class ProcessCommandsTest {
    private static final long PAGES = 64;

    private final LibC libC = new JnaLibC();
    private final long pageSize = libC.sysconf(Linux._SC_PAGESIZE);
    private final ScatteredMemory memory = new ScatteredMemory(PAGES * pageSize, 0);
    private final String start = "0x" + Long.toHexString(memory.address());
    private final String range = start + "+" + PAGES * pageSize;
    private final String onePage = start + "+" + pageSize;
    private final String behind = "0x" + Long.toHexString(memory.address() + PAGES * pageSize - 1);

    @AfterEach
    void unmap() {
        memory.close();
    }

    @Test
    void shouldTranslate() {
        final CommandRun run = CommandRun.of("translate", CommandRun.self(), start, behind);

        assertThat(run.status()).as(run.err()).isEqualTo(CommandRun.ifSeen(ExitStatus.OK));
        if (CommandRun.seesFrames()) {
            final ContiguityProof proof = memory.prove();
            final long last = proof.extents().get(proof.extents().size() - 1).lastPhysicalAddress();
            assertThat(run.out()).contains("0x" + Long.toHexString(proof.extents().get(0).physicalAddress()) + "  present",
                    "0x" + Long.toHexString(last) + "  present", "anonymous, exclusive");
        } else {
            assertThat(run.err()).contains("hides page frame numbers", "CAP_SYS_ADMIN");
        }
    }

    @Test
    void shouldTranslateToJson() {
        final JsonNode address = CommandRun.of("translate", CommandRun.self(), start, "--json").json().get("addresses").get(0);

        assertThat(address.get("virtual").textValue()).isEqualTo(start);
        assertThat(address.get("state").textValue()).isEqualTo(CommandRun.seesFrames() ? "present" : "hidden");
        assertThat(address.get("physical").isTextual()).isEqualTo(CommandRun.seesFrames());
        assertThat(address.get("fileOrShared").booleanValue()).isFalse();
    }

    @Test
    void shouldSayThatNothingIsMapped() {
        final CommandRun run = CommandRun.of("translate", CommandRun.self(), "0x0", "ffffffffff600000");

        assertThat(run.status()).isEqualTo(ExitStatus.NEGATIVE);
        assertThat(run.out().lines()).hasSize(2).allSatisfy(line -> assertThat(line)
                .contains("not mapped: the nearest mapping is "));
    }

    @Test
    void shouldSayThatAPageIsNotPresent() {
        final long untouched = libC.mmap(0, pageSize, Linux.PROT_READ, Linux.MAP_PRIVATE | Linux.MAP_ANONYMOUS, -1, 0);
        try {
            final CommandRun run = CommandRun.of("translate", CommandRun.self(), Long.toHexString(untouched));
            assertThat(run.status()).isEqualTo(ExitStatus.NEGATIVE);
            assertThat(run.out()).contains("not present");
        } finally {
            libC.munmap(untouched, pageSize);
        }
    }

    @Test
    void shouldVerify() {
        final CommandRun one = CommandRun.of("verify", CommandRun.self(), onePage);
        assertThat(one.status()).as(one.err()).isEqualTo(CommandRun.ifSeen(ExitStatus.OK));

        final CommandRun all = CommandRun.of("verify", CommandRun.self(), range);
        assertThat(all.status()).isEqualTo(CommandRun.ifSeen(ExitStatus.NEGATIVE));
        if (CommandRun.seesFrames()) {
            assertThat(one.out()).contains("contiguous, physical 0x");
            assertThat(all.out()).contains("not contiguous, " + memory.prove().extents().size() + " extents",
                    PAGES + " of " + PAGES + " pages present");
        }
    }

    @Test
    void shouldVerifyToJson() {
        final CommandRun run = CommandRun.of("verify", CommandRun.self(), range, "--json");

        if (CommandRun.seesFrames()) {
            assertThat(run.json().get("contiguous").booleanValue()).isFalse();
            assertThat(run.json().get("address").textValue()).isEqualTo(start);
            assertThat(run.json().get("extents").size()).isEqualTo(memory.prove().extents().size());
            assertThat(run.json().get("movedBytes").longValue()).isZero();
        } else {
            assertThat(run.status()).isEqualTo(ExitStatus.NOT_PERMITTED);
        }
    }

    @Test
    void shouldSayThatNothingIsThereToVerify() {
        final CommandRun run = CommandRun.of("verify", CommandRun.self(), "0x0");

        assertThat(run.status()).isEqualTo(ExitStatus.NEGATIVE);
        assertThat(run.err()).contains("nothing is mapped at 0x0", "the nearest mapping is");
    }

    @Test
    void shouldSeeAPageMove() throws IOException, InterruptedException {
        final Process process = CommandRun.start(List.of(), "verify", CommandRun.self(), onePage, "--watch=60");
        try (BufferedReader out = process.inputReader()) {
            final String first = out.readLine();
            if (!CommandRun.seesFrames()) {
                assertThat(process.waitFor()).isEqualTo(ExitStatus.NOT_PERMITTED);
                return;
            }
            assertThat(first).contains(": contiguous");
            // A new mapping in the same place: the page is gone.
            libC.mmap(memory.address(), pageSize, Linux.PROT_READ | Linux.PROT_WRITE,
                    Linux.MAP_PRIVATE | Linux.MAP_ANONYMOUS | Linux.MAP_FIXED, -1, 0);
            assertThat(out.readLine()).contains(" moved: ", "at offset 0x0: physical 0x", "-> not present");
            process.toHandle().destroy();
            assertThat(out.readLine()).contains(" moved");
            assertThat(process.waitFor()).isEqualTo(ExitStatus.NEGATIVE);
        }
    }

    @Test
    void shouldEndInOrderOnSigterm() throws IOException, InterruptedException {
        final Process process = CommandRun.start(List.of(), "verify", CommandRun.self(), onePage, "--watch");
        try (BufferedReader out = process.inputReader()) {
            final String first = out.readLine();
            // Not by Process, which closes the streams.
            process.toHandle().destroy();
            if (CommandRun.seesFrames()) {
                assertThat(first).contains(": contiguous");
                assertThat(out.readLine()).isEqualTo("nothing moved");
            }
            // By itself the JVM would end with 143.
            assertThat(process.waitFor()).isEqualTo(CommandRun.ifSeen(ExitStatus.OK));
        }
    }

    @Test
    void shouldSayThatFramesAreHidden() throws IOException, InterruptedException {
        for (final String command : List.of("translate", "verify", "inspect")) {
            final CommandRun run = CommandRun.withoutSysAdmin(command, CommandRun.self(), start);
            assertThat(run.status()).as(run.toString()).isEqualTo(ExitStatus.NOT_PERMITTED);
            assertThat(run.err()).contains("contig: can not tell", "what to do: ").doesNotContain("\tat ");
        }
    }

    @Test
    void shouldInspectARange() {
        final CommandRun run = CommandRun.of("inspect", CommandRun.self(), range);

        assertThat(run.status()).as(run.err()).isEqualTo(CommandRun.ifSeen(ExitStatus.OK));
        assertThat(run.out()).contains("contiguous", "rw-p (anonymous)", "extents by size", "physical memory", "in huge pages: ");
    }

    @Test
    void shouldInspectAllMappings() {
        final CommandRun run = CommandRun.of("inspect", CommandRun.self(), "--json");
        assertThat(run.status()).as(run.err()).isEqualTo(CommandRun.ifSeen(ExitStatus.OK));

        final JsonNode found = run.json();
        long present = 0;
        boolean seen = false;
        for (final JsonNode mapping : found.get("mappings")) {
            present += mapping.get("presentBytes").longValue();
            final long first = Long.decode(mapping.get("start").textValue());
            final long end = Long.decode(mapping.get("end").textValue());
            assertThat(mapping.get("presentBytes").longValue()).isLessThanOrEqualTo(end - first);
            seen |= first <= memory.address() && memory.address() < end;
        }
        assertThat(seen).isTrue();
        assertThat(found.get("presentBytes").longValue()).isEqualTo(present).isGreaterThan(10 << 20);
        long bytes = 0;
        for (final JsonNode one : found.get("histogram")) {
            bytes += one.get("bytes").longValue();
        }
        assertThat(bytes + found.get("hiddenPages").longValue() * pageSize).isEqualTo(present);
    }

    @Test
    void shouldListExtents() {
        final CommandRun run = CommandRun.of("inspect", CommandRun.self(), range, "--extents");

        assertThat(run.out().lines().filter(line -> line.contains(": physical 0x")).count())
                .isGreaterThanOrEqualTo(memory.prove().extents().size());
    }

    @Test
    void shouldKnowHugePages() {
        // Those of the JVM or none: what counts is that the answer is there for who may read the file.
        final boolean readable = Path.of("/proc/kpageflags").toFile().canRead();

        assertThat(CommandRun.of("inspect", CommandRun.self(), range, "--json").json().get("hugeBytes").isNull())
                .isEqualTo(!readable);
    }

    @Test
    void shouldSayThatAKernelThreadHasNoMemory() {
        // Process 2 is kthreadd where one can see it, and an ordinary or no process in a container.
        final CommandRun run = CommandRun.of("translate", "2", "0x1000");

        assertThat(run.status()).isIn(ExitStatus.NEGATIVE, ExitStatus.NOT_PERMITTED, ExitStatus.NO_SUCH_PROCESS);
        assertThat(run.out() + run.err()).doesNotContain("internal error");
    }
}
