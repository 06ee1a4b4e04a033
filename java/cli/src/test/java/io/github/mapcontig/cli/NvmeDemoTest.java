// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

/** Without the controller that it is about; with it, vagrant/tests/nvme.sh looks at what it shows. */
class NvmeDemoTest {
    @Test
    void shouldBeAnOptionOfTheDemo() {
        final CommandRun run = CommandRun.of("demo", "--help");

        assertThat(run.status()).isEqualTo(ExitStatus.OK);
        assertThat(run.out()).contains("--nvme");
    }

    @Test
    void shouldBeLeftOutWhereThereIsNoMapContig() {
        final CommandRun run = CommandRun.of("demo", "--nvme", "--no-device", "--size", "1M");

        assertThat(run.status()).isIn(ExitStatus.NEGATIVE, ExitStatus.NO_MAP_CONTIG);
        if (run.status() == ExitStatus.NO_MAP_CONTIG) {
            assertThat(run.out()).contains("an NVMe controller is not shown");
        } else {
            assertThat(run.err()).contains("there is no QEMU NVMe controller");
        }
    }

    @Test
    void shouldKeepTheSummaryThatItAddsTo() {
        final StringWriter text = new StringWriter();
        final Narration narration = new Narration(new PrintWriter(text, true));
        narration.conclude(true, "%d of %d", 1, 1);
        assertThat(narration.held()).isTrue();
        narration.conclude(false, "100 %%");
        narration.conclude(true, "later");
        narration.note("only told");
        narration.summarize();

        assertThat(narration.held()).as("one failure is enough").isFalse();
        assertThat(narration.toJson()).hasSize(4);
        assertThat(text.toString().lines()).containsExactly("   [ok] 1 of 1", "   [FAILED] 100 %", "   [ok] later",
                "   [ok] 1 of 1", "   [FAILED] 100 %", "   [ok] later", "   only told");
    }
}
