// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class UseAfterCloseTest {
    /** How a JVM ends that met a SIGSEGV and may not dump core. */
    private static final int CRASHED = 1;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource
    void shouldThrowAndNotCrash(final ChildJvm jvm) {
        final ChildJvm.Outcome outcome = run(jvm, "close");

        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out()).isEqualTo("caught\n".repeat(8) + "alive\n");
        assertThat(outcome.status()).isZero();
    }

    /** The negative control: without the tombstone the same program must crash, or the test above shows nothing. */
    @ParameterizedTest
    @EnumSource
    void shouldCrashWithoutTombstone(final ChildJvm jvm) {
        final ChildJvm.Outcome outcome = run(jvm, "unmap");

        assertThat(outcome.status()).isEqualTo(CRASHED);
        assertThat(outcome.out()).contains("SIGSEGV").doesNotContain("alive");
    }

    private ChildJvm.Outcome run(final ChildJvm jvm, final String how) {
        return jvm.run(folder, List.of("--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
                UseAfterCloseProgram.class.getName(), folder.toString(), how));
    }
}
