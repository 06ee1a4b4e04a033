// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Small runtime images have no jdk.jfr. */
class WithoutRecorderTest {
    private static final String RESULT = "MemoryStatistics[liveBuffers=0, liveBytes=0, closedBuffers=1, leakedBuffers=1, lostBytes=0]";

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource
    void shouldWorkWithoutTheRecordersModule(final ChildJvm jvm) {
        assertThat(run(jvm, "--limit-modules", "java.base,java.logging")).contains("recorder false", RESULT)
                .doesNotContain("NoClassDefFoundError", "Exception");
    }

    /** The control: the same program with it. */
    @ParameterizedTest
    @EnumSource
    void shouldWorkWithIt(final ChildJvm jvm) {
        assertThat(run(jvm)).contains("recorder true", RESULT).doesNotContain("Exception");
    }

    private String run(final ChildJvm jvm, final String... options) {
        final List<String> arguments = new ArrayList<>(List.of(options));
        arguments.addAll(List.of("-cp", System.getProperty("java.class.path"), WithoutRecorderProgram.class.getName(), folder.toString()));
        final ChildJvm.Outcome outcome = jvm.run(folder, arguments);
        assertThat(outcome.status()).as(outcome.toString()).isZero();
        return outcome.out() + outcome.err();
    }
}
