// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** The C program {@code native/target/floors}, which measures one thing a command and answers in nanoseconds. */
final class Floors implements AutoCloseable {
    private final Process process;
    private final Writer commands;
    private final BufferedReader answers;

    Floors(final String program) {
        try {
            process = new ProcessBuilder(program).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        } catch (final IOException e) {
            throw new UncheckedIOException("can not start " + program + ": it is made by mvn package", e);
        }
        commands = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.US_ASCII);
        answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
    }

    /** A memset of memory that is mapped already. */
    long memset(final long bytes) {
        return measure("memset " + bytes);
    }

    /** An mmap(MAP_CONTIG), called from C. */
    long mmap(final long bytes) {
        return measure("mmap " + bytes);
    }

    /** One pread of the pagemap entries of a range of this process. */
    long pread(final long address, final long bytes) {
        return measure(String.format(Locale.ROOT, "pread %d %d %d", ProcessHandle.current().pid(), address, bytes));
    }

    private long measure(final String command) {
        try {
            commands.write(command + "\n");
            commands.flush();
            final String answer = answers.readLine();
            if (answer == null || answer.startsWith("error")) {
                throw new IllegalStateException(command + ": " + answer);
            }
            return Long.parseLong(answer);
        } catch (final IOException e) {
            throw new UncheckedIOException(command, e);
        }
    }

    @Override
    public void close() {
        process.destroy();
    }
}
