// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.guest;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mapcontig.Sharing;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** C6, C7: the parent keeps its very pages, however the JVM starts a child and whoever writes. */
@Tag("patched")
class ForkIT {
    @ParameterizedTest
    @CsvSource({"POSIX_SPAWN, PRIVATE", "FORK, PRIVATE", "FORK, SHARED"})
    void shouldKeepThePages(final String mechanism, final Sharing sharing) {
        final Guest.Outcome outcome = Guest.run(Guest.java(Guest.classPath(), ForkProgram.class,
                List.of("-Djdk.lang.Process.launchMechanism=" + mechanism), List.of(sharing.name())));

        assertThat(outcome.output()).contains("no page moved");
        assertThat(outcome.status()).isZero();
    }
}
