// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ShellWordsTest {
    @Test
    void shouldSayOptionsForCalls() {
        assertThat(ShellWords.of("or ask for .proof(ProofLevel.NONE) to rely")).isEqualTo("or ask for --proof NONE to rely");
        assertThat(ShellWords.of("more extents: .maxExtents(n)")).isEqualTo("more extents: --max-extents N");
        assertThat(ShellWords.of("open it with .addressBits(28), .pinned(true)")).isEqualTo("open it with --address-bits 28, --pinned");
    }

    @Test
    void shouldLeaveOtherTextAlone() {
        final String text = "sudo java -jar x.jar; a.proof(1, 2) of Builder.other(n): (n) 3.5(b)";
        assertThat(ShellWords.of(text)).isEqualTo(text);
    }
}
