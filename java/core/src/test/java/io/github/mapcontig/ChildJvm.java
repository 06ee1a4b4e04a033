// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A JVM that a test starts, for what can end a JVM, or depends on its options or version. */
public enum ChildJvm {
    /** The one that runs the tests. */
    OF_THE_TESTS,

    /**
     * Another version, the furthest from it: the one in the folder that {@code -Dmapcontig.jvm} names, or else of those where
     * Debian has them. A test that there is none for is skipped, and says so.
     */
    OF_ANOTHER_VERSION;

    private static final Path FOLDER = Path.of("/usr/lib/jvm");
    private static final int OLDEST = 17;

    /**
     * Runs a program.
     *
     * @param folder    working folder; the JVM's report of a crash goes there too
     * @param arguments of java
     * @return how it ended
     */
    public Outcome run(final Path folder, final List<String> arguments) {
        final List<String> command = new ArrayList<>(List.of(home().resolve("bin/java").toString(),
                "-XX:-CreateCoredumpOnCrash", "-XX:ErrorFile=" + folder.resolve("hs_err.log")));
        command.addAll(arguments);
        final Path out = folder.resolve("out");
        final Path err = folder.resolve("err");
        try {
            final Process process = new ProcessBuilder(command).directory(folder.toFile())
                    .redirectOutput(out.toFile()).redirectError(err.toFile()).start();
            if (!process.waitFor(2, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new AssertionError(command + " does not end");
            }
            return new Outcome(process.exitValue(), Files.readString(out, StandardCharsets.UTF_8),
                    Files.readString(err, StandardCharsets.UTF_8));
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        } catch (final InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /**
     * The version of Java, such as 17.
     *
     * @return what {@link Runtime.Version#feature()} would be in it
     */
    public int version() {
        return this == OF_THE_TESTS ? Runtime.version().feature() : version(home()).orElseThrow();
    }

    private Path home() {
        return this == OF_THE_TESTS ? Path.of(System.getProperty("java.home")) : Another.HOME.orElseGet(() -> {
            final String reason = "no JDK of another version than " + OF_THE_TESTS.version() + " in " + FOLDER
                    + "; install one, or name it with -Dmapcontig.jvm=JAVA_HOME";
            System.out.println("skipped: " + reason);
            return Assumptions.abort(reason);
        });
    }

    /** The file that each JVM has says it, without starting it. */
    private static Optional<Integer> version(final Path home) {
        final Properties release = new Properties();
        try (var reader = Files.newBufferedReader(home.resolve("release"))) {
            release.load(reader);
        } catch (final IOException e) {
            return Optional.empty();
        }
        return Files.isExecutable(home.resolve("bin/java"))
                ? Optional.ofNullable(release.getProperty("JAVA_VERSION"))
                        .map(text -> Runtime.Version.parse(text.replace("\"", "")).feature())
                : Optional.empty();
    }

    /**
     * How a JVM ended.
     *
     * @param status exit status
     * @param out    all of its standard output
     * @param err    all of its standard error
     */
    public record Outcome(int status, String out, String err) {
    }

    /** Looked for once. */
    private static final class Another {
        static final Optional<Path> HOME = find();

        private static Optional<Path> find() {
            final String named = System.getProperty("mapcontig.jvm");
            if (named != null) {
                if (version(Path.of(named)).isEmpty()) {
                    throw new IllegalArgumentException("-Dmapcontig.jvm=" + named + " is no folder of a JVM");
                }
                return Optional.of(Path.of(named));
            }
            final int mine = OF_THE_TESTS.version();
            try (Stream<Path> homes = Files.isDirectory(FOLDER) ? Files.list(FOLDER) : Stream.empty()) {
                return homes.filter(home -> version(home).filter(version -> version >= OLDEST && version != mine).isPresent())
                        .max(Comparator.comparing(home -> Math.abs(version(home).orElseThrow() - mine)));
            } catch (final IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
