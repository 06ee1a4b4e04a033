// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.guest;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mapcontig.cli.Contig;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("patched")
class DemoIT {
    @ParameterizedTest
    @ValueSource(strings = {"4K", "5000", "3M", "64M"})
    void shouldProve(final String size) {
        final StringWriter text = new StringWriter();
        final int status = Contig.run(new PrintWriter(text), new PrintWriter(text), "demo", "--size", size);

        assertThat(status).as(text.toString()).isZero();
        assertThat(text.toString()).contains("pages follow each other in memory", "the device copied out and back at",
                "no page has moved", "the buffer is closed", "everything held").doesNotContain("FAILED");
    }

    @Test
    void shouldTellProgramsToo() {
        final StringWriter text = new StringWriter();
        final int status = Contig.run(new PrintWriter(text), new PrintWriter(text), "demo", "--size", "4M", "--json");

        assertThat(status).as(text.toString()).isZero();
        assertThat(text.toString().lines()).hasSize(1).first().asString().startsWith("{\"size\":4194304,\"exitStatus\":0,")
                .contains("the device copied out and back at ").doesNotContain("\"passed\":false");
    }
}
