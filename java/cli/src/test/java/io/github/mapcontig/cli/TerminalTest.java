// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TerminalTest {
    private static final Map<String, String> XTERM = Map.of("TERM", "xterm");

    private static Terminal of(final Map<String, String> environment) {
        return Terminal.of(environment, true, true, StandardCharsets.UTF_8);
    }

    @Test
    void shouldUseColoursOnATerminalThatHasThem() {
        assertThat(of(XTERM)).isEqualTo(new Terminal(true, true, 80));
        assertThat(Terminal.of(XTERM, false, false, StandardCharsets.UTF_8)).isEqualTo(new Terminal(false, false, 80));
        assertThat(of(Map.of("TERM", "dumb")).colours()).isFalse();
        assertThat(of(Map.of()).colours()).isFalse();
        assertThat(Terminal.of(XTERM, true, true, StandardCharsets.US_ASCII).colours()).isFalse();
    }

    @Test
    void shouldHonourNoColor() {
        assertThat(of(Map.of("TERM", "xterm", "NO_COLOR", "1")).colours()).isFalse();
        assertThat(of(Map.of("TERM", "xterm", "NO_COLOR", "")).colours()).isTrue();
    }

    @Test
    void shouldTakeTheWidthFromColumns() {
        assertThat(Terminal.none(Map.of("COLUMNS", "120")).columns()).isEqualTo(120);
        assertThat(Terminal.none(Map.of("COLUMNS", "3")).columns()).isEqualTo(40);
        assertThat(Terminal.none(Map.of("COLUMNS", "999999999")).columns()).isEqualTo(500);
        assertThat(Terminal.none(Map.of("COLUMNS", "wide")).columns()).isEqualTo(80);
    }
}
