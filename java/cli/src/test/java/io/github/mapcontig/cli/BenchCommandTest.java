// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.mapcontig.Source;
import org.junit.jupiter.api.Test;

class BenchCommandTest {
    @Test
    void shouldMeasureOrdinaryMemoryAndEverySource() {
        final CommandRun run = CommandRun.of("bench", "--size", "256K", "--runs", "3");

        assertThat(run.out()).contains("allocate", "ordinary memory", "JMH");
        for (final Source source : Source.values()) {
            assertThat(run.out()).contains(source.name());
        }
    }

    @Test
    void shouldWriteJson() {
        final CommandRun run = CommandRun.of("bench", "--size", "256K", "--runs", "3", "--json");
        final JsonNode found = run.json();

        assertThat(found.get("results").size() + found.get("refused").size()).isEqualTo(1 + Source.values().length);
        for (final JsonNode times : found.get("results")) {
            assertThat(times.get("allocateNanos").longValue()).isPositive();
            assertThat(times.get("fillNanos").longValue()).isPositive();
        }
        assertThat(run.status()).isEqualTo(found.get("results").size() > 1 ? ExitStatus.OK : ExitStatus.NEGATIVE);
    }
}
