// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TableTest {
    @Test
    void shouldMakeColumnsAsWideAsTheirWidestCell() {
        assertThat(new Table("lrl").row("name", "n", "text").row("a", 1234, "").row("longer", 5, "x").lines())
                .containsExactly("name       n  text", "a       1234", "longer     5  x");
    }
}
