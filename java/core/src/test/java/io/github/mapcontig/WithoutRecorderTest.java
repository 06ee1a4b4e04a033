// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Small runtime images have no jdk.jfr. */
class WithoutRecorderTest {
    private static final String RESULT = "MemoryStatistics[liveBuffers=0, liveBytes=0, closedBuffers=1, leakedBuffers=1, lostBytes=0]";

    @TempDir
    private Path folder;

    @Test
    void shouldWorkWithoutTheRecordersModule() throws IOException, InterruptedException {
        assertThat(run("--limit-modules", "java.base,java.logging")).contains("recorder false", RESULT)
                .doesNotContain("NoClassDefFoundError", "Exception");
    }

    /** The control: the same program with it. */
    @Test
    void shouldWorkWithIt() throws IOException, InterruptedException {
        assertThat(run()).contains("recorder true", RESULT).doesNotContain("Exception");
    }

    private String run(final String... options) throws IOException, InterruptedException {
        final List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), WithoutRecorderProgram.class.getName(), folder.toString()));
        final Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        final String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        return output;
    }
}
