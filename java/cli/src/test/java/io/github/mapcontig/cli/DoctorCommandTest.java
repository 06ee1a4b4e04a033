// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.mapcontig.ContiguousMemory;
import io.github.mapcontig.ContiguousMemoryException;
import io.github.mapcontig.MemoryCapabilities;
import io.github.mapcontig.Source;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DoctorCommandTest {
    /** Asked of the library itself, on whatever machine this is. */
    private static boolean canAllocate() {
        try {
            ContiguousMemory.allocate(2 << 20).close();
            return true;
        } catch (final ContiguousMemoryException e) {
            return false;
        }
    }

    @Test
    void shouldSayWhetherThisMachineCan() {
        final CommandRun run = CommandRun.of("doctor");

        assertThat(run.status()).isEqualTo(canAllocate() ? ExitStatus.OK : ExitStatus.NEGATIVE);
        assertThat(run.out()).contains("pages of", "] io_uring: ", "] dma-heap: ", "] IOMMU groups: ",
                "decided by [" + (canAllocate() ? "yes" : " no") + "] ");
        assertThat(run.out()).as("times would be those of a JVM that warms up").doesNotContain(" ms,");
        assertThat(run.out().contains("] mmap(MAP_CONTIG): ")).as("what the source has said already")
                .isEqualTo(MemoryCapabilities.probe().mapContig().available());
        assertThat(run.err()).isEmpty();
    }

    @Test
    void shouldAskEverySource() {
        for (final Source source : Source.values()) {
            assertThat(CommandRun.of("doctor").out()).contains("] source " + source + ": ");
        }
    }

    @Test
    void shouldHaveARemedyForWhateverIsMissing() {
        final JsonNode found = CommandRun.of("doctor", "--json").json();

        assertThat(found.get("good").booleanValue()).isEqualTo(canAllocate());
        assertThat(found.get("pageSize").longValue()).isGreaterThanOrEqualTo(4096);
        final List<String> names = new ArrayList<>();
        for (final JsonNode finding : found.get("findings")) {
            names.add(finding.get("name").textValue());
            assertThat(finding.get("state").textValue()).isIn("yes", "no", "note");
            if (finding.get("state").textValue().equals("no")) {
                assertThat(finding.get("remedies").size()).as(finding.toString()).isPositive();
            }
        }
        assertThat(names).contains(found.get("decidedBy").textValue());
    }

    @Test
    void shouldFailForMoreThanThereIs() {
        assertThat(CommandRun.of("doctor", "--size", "1024T").status()).isEqualTo(ExitStatus.NEGATIVE);
    }
}
