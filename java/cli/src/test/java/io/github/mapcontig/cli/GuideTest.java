// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mapcontig.AllocationRequest;
import io.github.mapcontig.Pinning;
import io.github.mapcontig.ProofLevel;
import io.github.mapcontig.Source;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the guide and the README say is what the library has: code that compiles, every choice, every message. */
class GuideTest {
    private static final Path PROJECT = Path.of(System.getProperty("basedir", "java/cli")).resolve("../..").normalize();
    private static final Path GUIDE = PROJECT.resolve("java/GUIDE.md");
    private static final Path README = PROJECT.resolve("README.md");

    private static final Pattern JAVA_BLOCK = Pattern.compile("^```java\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern CLASS_NAME = Pattern.compile("^public (?:final )?class (\\w+)", Pattern.MULTILINE);
    /** The first literal of a message, where it is thrown or refused. */
    private static final Pattern MESSAGE = Pattern.compile("(?:Refusal\\.of\\(\\s*[\\w.()]+,|Refusal\\.of\\(|\\brefused\\("
            + "|IllegalStateException\\(|DeviceException\\((?:(?:\\w+\\.)?device(?:\\(\\))? \\+ )?|UNPROVABLE =)"
            + "\\s*\"([^\"]+)\"");
    /** The same of the command line. */
    private static final Pattern FAILURE = Pattern.compile("(?:new CommandFailure\\([\\w.?: ]+,|process\\.hidden\\()\\s*\"([^\"]+)\"");
    private static final int WORDS_THAT_COUNT = 4;

    /** What fragments of programs take for granted. */
    private static final String AROUND_FRAGMENT = """
            import io.github.mapcontig.*;
            import io.github.mapcontig.devices.pci.*;
            import java.nio.*;
            abstract class %s {
                interface Device {
                    void add(long address, long length);
                    void start(long address, long length);
                    void awaitCompletion();
                }
                interface Ring {
                    void post(long address, int length);
                }
                Device device;
                Ring ring;
                PciFunction function;
                ContiguousBuffer buffer;
                long offset;
                int length;
                int index;
                long now;
                long[] inFlight;
                void run() throws Exception {
            %s
                }
            }
            """;

    @TempDir
    private Path classes;

    @Test
    void shouldCompileEachJavaBlock() {
        final List<JavaFileObject> sources = Stream.of(GUIDE, README).flatMap(file -> JAVA_BLOCK.matcher(read(file)).results())
                .map(block -> block.group(1)).map(GuideTest::source).toList();
        assertThat(sources).hasSizeGreaterThan(8);

        final JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        final StringWriter messages = new StringWriter();
        final boolean compiled = compiler.getTask(messages, null, null,
                List.of("-d", classes.toString(), "-proc:none", "-cp", System.getProperty("java.class.path")), null, sources).call();

        assertThat(compiled).withFailMessage("a java block of the guide or the README does not compile:%n%s", messages).isTrue();
    }

    @Test
    void shouldNameEachChoice() {
        final String guide = read(GUIDE);
        final List<String> choices = new ArrayList<>();
        for (final Enum<?>[] values : List.<Enum<?>[]>of(Source.values(), ProofLevel.values(), Pinning.values())) {
            choices.addAll(Arrays.stream(values).map(Enum::name).toList());
        }
        choices.addAll(Arrays.stream(AllocationRequest.Builder.class.getDeclaredMethods())
                .filter(method -> method.getReturnType() == AllocationRequest.Builder.class).map(Method::getName)
                .map(name -> "`" + name + "`").toList());
        assertThat(choices).hasSizeGreaterThan(20);
        assertThat(choices.stream().filter(choice -> !guide.contains(choice))).as("what the guide leaves out").isEmpty();
    }

    @Test
    void shouldExplainEachMessage() throws IOException {
        assertExplained("## When something goes wrong", 50, MESSAGE, "java/core/src/main", "java/devices/src/main");
    }

    @Test
    void shouldExplainEachFailureOfTheCommandLine() throws IOException {
        assertExplained("### The command line", 8, FAILURE, "java/cli/src/main");
    }

    private static void assertExplained(final String chapter, final int atLeast, final Pattern pattern, final String... modules)
            throws IOException {
        final String guide = read(GUIDE);
        final String troubles = guide.substring(guide.indexOf(chapter));
        final List<String> messages = new ArrayList<>();
        for (final String module : modules) {
            try (Stream<Path> files = Files.walk(PROJECT.resolve(module))) {
                files.filter(file -> file.toString().endsWith(".java")).sorted().forEach(file -> messages.addAll(
                        pattern.matcher(read(file)).results().map(GuideTest::beginning).toList()));
            }
        }
        assertThat(messages).hasSizeGreaterThan(atLeast);
        assertThat(messages.stream().filter(message -> !troubles.contains(message)))
                .as("messages of the library that the guide's last chapters do not explain").isEmpty();
    }

    private static String beginning(final MatchResult message) {
        return Arrays.stream(message.group(1).strip().split(" ")).limit(WORDS_THAT_COUNT).collect(Collectors.joining(" "))
                .replaceFirst("[:,(]$", "");
    }

    private static JavaFileObject source(final String block) {
        final Matcher name = CLASS_NAME.matcher(block);
        final boolean complete = name.find();
        final String className = complete ? name.group(1) : "Fragment" + Integer.toHexString(block.hashCode());
        final String text = complete ? block : String.format(AROUND_FRAGMENT, className, block);
        return new SimpleJavaFileObject(URI.create("string:///" + className + ".java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(final boolean ignoreEncodingErrors) {
                return text;
            }
        };
    }

    private static String read(final Path file) {
        try {
            return Files.readString(file);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
