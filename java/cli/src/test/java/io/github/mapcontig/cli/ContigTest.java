// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Field;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class ContigTest {
    private static final List<String> COMMANDS = List.of("doctor", "alloc", "inspect", "translate", "verify", "map", "bench",
            "demo", "walk", "completion");

    @Test
    void shouldExplainItselfWithoutArguments() {
        final CommandRun run = CommandRun.of();

        assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
        assertThat(run.out()).contains("Usage: contig").contains(COMMANDS);
    }

    @Test
    void shouldTellItsVersion() {
        assertThat(CommandRun.of("--version").status()).isZero();
        assertThat(CommandRun.of("--version").out()).startsWith("contig ").contains("Java " + Runtime.version().feature());
    }

    @Test
    void shouldListEveryStatusForEveryCommand() throws IllegalAccessException {
        for (final String command : COMMANDS) {
            final CommandRun run = CommandRun.of(command, "--help");
            assertThat(run.status()).isZero();
            for (final Field status : ExitStatus.class.getDeclaredFields()) {
                assertThat(run.out()).as(command).containsPattern("(?m)^  " + status.getInt(null) + " ");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"probe", "alloc", "alloc --size 0", "alloc --size many", "alloc --size 64M --source NOWHERE",
        "alloc --size 64M --alignment 3000", "alloc --size 64M --address-bits 11", "alloc --size 64M --hold=-1",
        "inspect", "inspect none", "inspect 0", "inspect 1 0x1000+0", "translate 1", "translate 1 0x1000-0x2000",
        "verify 1", "verify 1 0x1000 --watch=-1", "map --out picture.gif", "bench --runs 0", "bench --size 2G",
        "demo --size 0", "walk --size 4K", "walk --size 2G", "completion fish", "doctor --size"})
    void shouldRefuseWhatMakesNoSense(final String line) {
        final CommandRun run = CommandRun.of(line.split(" "));

        assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.USAGE);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).startsWith("contig: ").doesNotContain("\tat ");
        assertThat(run.err().lines()).as("no page of help behind it").hasSizeLessThan(4);
    }

    @Test
    void shouldSayWhereHelpIs() {
        assertThat(CommandRun.of("alloc", "--size", "many").err().lines()).containsExactly("contig: Invalid value for option '--size': "
                + "'many' is no size: write bytes, or a number with K, M, G or T", "    what to do: see contig alloc --help");
        assertThat(CommandRun.of("docotr").err().lines()).containsExactly("contig: Unmatched argument at index 0: 'docotr'",
                "Did you mean: contig doctor or contig alloc or contig translate?", "    what to do: see contig --help");
    }

    @ParameterizedTest
    @ValueSource(strings = {"inspect 2147483646", "translate 2147483646 0x1000", "verify 2147483646 0x1000",
        "map --pid 2147483646"})
    void shouldSayThatThereIsNoSuchProcess(final String line) {
        final CommandRun run = CommandRun.of(line.split(" "));

        assertThat(run.status()).isEqualTo(ExitStatus.NO_SUCH_PROCESS);
        assertThat(run.err()).startsWith("contig: there is no process 2147483646").contains("what to do: ")
                .doesNotContain("\tat ");
    }

    @Test
    void shouldShowStackTracesOnDemandOnly() {
        assertThat(CommandRun.of("inspect", "2147483646", "--debug").err()).contains("there is no process", "\tat ");
    }

    @Test
    void shouldReportABugInItself() {
        final StringWriter err = new StringWriter();
        final int status = new Failures(new PrintWriter(err), () -> false).handleExecutionException(
                new IllegalStateException("broken"), new CommandLine(new CompletionCommand()), null);

        assertThat(status).isEqualTo(ExitStatus.INTERNAL_ERROR);
        assertThat(err.toString()).contains("internal error", "broken", "--debug").doesNotContain("\tat ");
    }

    @Test
    void shouldPrintACompletionScriptThatBashReads() throws Exception {
        final CommandRun run = CommandRun.of("completion", "bash");
        assertThat(run.status()).isZero();
        assertThat(run.out()).contains("complete -F _complete_contig").contains(COMMANDS);

        final Process bash = new ProcessBuilder("bash", "-n").start();
        try (PrintWriter script = new PrintWriter(bash.getOutputStream(), false)) {
            script.print(run.out());
        }
        assertThat(bash.waitFor()).isZero();
    }
}
