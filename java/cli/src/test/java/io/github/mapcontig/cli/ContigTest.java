// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mapcontig.MemoryCapabilities;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class ContigTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(final String... args) {
        return Contig.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
    }

    @Test
    void shouldExplainItselfWithoutArguments() {
        assertThat(run()).isEqualTo(2);
        assertThat(out.toString()).contains("Usage: contig", "demo", "probe");
    }

    @Test
    void shouldRefuseBadSizes() {
        assertThat(run("demo", "--size", "0")).isEqualTo(2);
        assertThat(err.toString()).contains("a size is greater than 0");
        assertThat(run("demo", "--size", "many")).isEqualTo(2);
        assertThat(err.toString()).contains("'many' is no size");
    }

    @Test
    void shouldListStatuses() {
        assertThat(run("demo", "--help")).isZero();
        assertThat(out.toString()).contains("--size", "64M", "the kernel lacks MAP_CONTIG");
    }

    @Test
    void shouldProbeThisMachine() {
        final boolean available = MemoryCapabilities.probe().mapContig().available();

        assertThat(run("probe")).isEqualTo(available ? 0 : 3);
        assertThat(out.toString()).contains(available ? "[yes] mmap(MAP_CONTIG)" : "[ no] mmap(MAP_CONTIG)", "pages of");
    }
}
