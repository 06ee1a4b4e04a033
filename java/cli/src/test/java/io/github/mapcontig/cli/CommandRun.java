// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.mapcontig.MemoryCapabilities;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What came of a command. */
record CommandRun(int status, String out, String err) {
    /** Runs a command in this JVM, on this machine. */
    static CommandRun of(final String... args) {
        return of(Path.of("/"), args);
    }

    /** Runs a command with another /proc and /sys where it reads the machine's. */
    static CommandRun of(final Path root, final String... args) {
        final StringWriter out = new StringWriter();
        final StringWriter err = new StringWriter();
        final int status = Contig.run(root, Terminal.none(Map.of()), new PrintWriter(out, true), new PrintWriter(err, true), args);
        return new CommandRun(status, out.toString(), err.toString());
    }

    /** The output, which must be one JSON document and nothing else. */
    JsonNode json() {
        try {
            return new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).readTree(out);
        } catch (final JsonProcessingException e) {
            throw new AssertionError("no JSON: " + out, e);
        }
    }

    /** Starts a command in a JVM of its own. */
    static Process start(final List<String> wrapper, final String... args) throws IOException {
        final List<String> command = new ArrayList<>(wrapper);
        command.addAll(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                System.getProperty("java.class.path"), Contig.class.getName()));
        command.addAll(List.of(args));
        return new ProcessBuilder(command).start();
    }

    /** Waits for a process and reads what it wrote, which must be less than a pipe holds. */
    static CommandRun finish(final Process process) throws IOException, InterruptedException {
        final String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        final String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        return new CommandRun(process.waitFor(), out, err);
    }

    /** Runs a command in a JVM that never sees page frame numbers, also where the tests run as root. */
    static CommandRun withoutSysAdmin(final String... args) throws IOException, InterruptedException {
        final boolean root = System.getProperty("user.name").equals("root");
        return finish(start(root ? List.of("setpriv", "--bounding-set=-sys_admin") : List.of(), args));
    }

    /** Whether this process sees page frame numbers: not everybody who runs the tests is root. */
    static boolean seesFrames() {
        return MemoryCapabilities.probe().pfns().available();
    }

    /** A status that only who sees page frame numbers can get. */
    static int ifSeen(final int status) {
        return seesFrames() ? status : ExitStatus.NOT_PERMITTED;
    }

    static String self() {
        return Long.toString(ProcessHandle.current().pid());
    }
}
