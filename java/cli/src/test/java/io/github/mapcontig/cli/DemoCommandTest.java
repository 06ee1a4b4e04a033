// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

/** On whatever machine builds: with MAP_CONTIG it is shown, without it nobody is fooled. The guest tests look at what it shows. */
class DemoCommandTest {
    @Test
    void shouldPrintNothingButOneDocumentWhenAskedTo() {
        final CommandRun run = CommandRun.of("demo", "--json", "--no-device", "--size", "1M");
        final JsonNode document = run.json();

        assertThat(document.get("exitStatus").intValue()).isEqualTo(run.status());
        assertThat(document.get("size").longValue()).isEqualTo(1 << 20);
        assertThat(document.get("summary")).isNotEmpty()
                .allSatisfy(line -> assertThat(line.get("text").textValue()).isNotBlank());
        assertThat(run.status()).isIn(ExitStatus.OK, ExitStatus.NEGATIVE, ExitStatus.NO_MAP_CONTIG);
    }

    @Test
    void shouldSayTheSameToPeople() {
        final JsonNode document = CommandRun.of("demo", "--json", "--no-device", "--size", "1M").json();
        final CommandRun run = CommandRun.of("demo", "--no-device", "--size", "1M");

        assertThat(run.status()).isEqualTo(document.get("exitStatus").intValue());
        assertThat(run.out()).contains("1. What this machine can do", "Summary", "=> ");
        assertThat(run.out().lines().filter(line -> line.startsWith("   [ok] "))).hasSizeGreaterThanOrEqualTo(
                (int) document.get("summary").findValues("check").stream().filter(JsonNode::booleanValue).count());
    }
}
