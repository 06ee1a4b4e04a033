// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.guest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Values of the guest's kernel, and commands run in the guest. Nothing here skips: what is not there is a failure. */
final class Guest {
    private static final Path NODE = Path.of("/sys/kernel/mm/map_contig/node0");

    private Guest() {
    }

    /** Bytes of the reserve that are free. */
    static long reserveFree() {
        return number(NODE.resolve("reserve_free_bytes"));
    }

    /** Bytes of the reserve. */
    static long reserve() {
        return number(NODE.resolve("reserve_bytes"));
    }

    /** Bytes that this process has locked. */
    static long locked() {
        return lines("/proc/self/status").stream().filter(line -> line.startsWith("VmLck:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024).findFirst().orElseThrow();
    }

    /** How many mappings this process has whose line in /proc/self/maps contains a text. */
    static long mappings(final String text) {
        return lines("/proc/self/maps").stream().filter(line -> line.contains(text)).count();
    }

    /** Which files this process has open whose name contains a text. */
    static List<String> descriptors(final String text) {
        try (Stream<Path> links = Files.list(Path.of("/proc/self/fd"))) {
            return links.map(Guest::target).filter(name -> name.contains(text)).toList();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String target(final Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (final IOException e) {
            return "closed meanwhile";
        }
    }

    /** Moves everything that can be moved. */
    static void compactMemory() {
        try {
            Files.writeString(Path.of("/proc/sys/vm/compact_memory"), "1");
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Allocates something while nobody gets transparent huge pages. */
    static <T> T withoutHugePages(final Supplier<T> allocation) {
        final Path setting = Path.of("/sys/kernel/mm/transparent_hugepage/enabled");
        final String before = lines(setting.toString()).get(0).replaceAll(".*\\[(.*)].*", "$1");
        try {
            Files.writeString(setting, "never");
            try {
                return allocation.get();
            } finally {
                Files.writeString(setting, before);
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs a command to its end. */
    static Outcome run(final List<String> command) {
        try {
            final Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            final String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(2, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new AssertionError(command + " did not end: " + output);
            }
            return new Outcome(process.exitValue(), output);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        } catch (final InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** The command line that runs a class in a JVM of its own. */
    static List<String> java(final String classPath, final Class<?> program, final List<String> options,
                             final List<String> arguments) {
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"));
        command.addAll(options);
        command.addAll(List.of("-cp", classPath, program.getName()));
        command.addAll(arguments);
        return command;
    }

    /** The class path of this JVM, each entry by itself. */
    static String classPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }

    /** What came of a command. */
    record Outcome(int status, String output) {
    }

    private static long number(final Path file) {
        return Long.parseLong(lines(file.toString()).get(0).strip());
    }

    private static List<String> lines(final String file) {
        try {
            return Files.readAllLines(Path.of(file));
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
