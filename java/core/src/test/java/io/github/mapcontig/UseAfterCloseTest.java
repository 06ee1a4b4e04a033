// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UseAfterCloseTest {
    /** How a JVM ends that met a SIGSEGV and may not dump core. */
    private static final int CRASHED = 1;

    @TempDir
    private Path folder;

    @Test
    void shouldThrowAndNotCrash() throws IOException, InterruptedException {
        final Outcome outcome = run("close");

        assertThat(outcome.output).containsSubsequence("caught\n".repeat(8), "alive");
        assertThat(outcome.status).isZero();
    }

    /** The negative control: without the tombstone the same program must crash, or the test above shows nothing. */
    @Test
    void shouldCrashWithoutTombstone() throws IOException, InterruptedException {
        final Outcome outcome = run("unmap");

        assertThat(outcome.status).isEqualTo(CRASHED);
        assertThat(outcome.output).contains("SIGSEGV").doesNotContain("alive");
    }

    private Outcome run(final String how) throws IOException, InterruptedException {
        final Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:-CreateCoredumpOnCrash", "-XX:ErrorFile=" + folder.resolve("hs_err.log"),
                "-cp", System.getProperty("java.class.path"), UseAfterCloseProgram.class.getName(), folder.toString(), how)
                .directory(folder.toFile()).redirectErrorStream(true).start();
        final String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        return new Outcome(process.exitValue(), output);
    }

    private record Outcome(int status, String output) {
    }
}
