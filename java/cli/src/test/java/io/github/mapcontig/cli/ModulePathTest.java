// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jna.Native;
import io.github.mapcontig.ChildJvm;
import io.github.mapcontig.ContiguousMemory;
import io.github.mapcontig.devices.pci.PciDevice;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.lang3.Validate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Compiles and runs src/test/modular against the jars; where Maven has made none yet (mvn test), against their folders. */
class ModulePathTest {
    private static final Path SOURCES = Path.of("src/test/modular");
    /** The first JDK that can be told to refuse native access to all who are not named. */
    private static final int CAN_REFUSE = 24;
    private static final String LIBRARIES = Stream.of(ContiguousMemory.class, PciDevice.class, Native.class, Validate.class)
            .map(type -> Path.of(URI.create(type.getProtectionDomain().getCodeSource().getLocation().toString())).toString())
            .collect(Collectors.joining(":"));

    @TempDir
    private Path folder;

    @BeforeEach
    void compile() {
        final StringWriter output = new StringWriter();
        final PrintWriter writer = new PrintWriter(output);
        final int status = ToolProvider.findFirst("javac").orElseThrow().run(writer, writer, "--release", "17", "-Xlint:all",
                "-Werror", "--module-path", LIBRARIES, "-d", folder.resolve("classes").toString(),
                SOURCES.resolve("module-info.java").toString(), SOURCES.resolve("modular/Program.java").toString());
        assertThat(output.toString()).isEmpty();
        assertThat(status).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void shouldRunOnTheModulePathAndPrintNoWarning(final ChildJvm jvm) {
        final ChildJvm.Outcome outcome = run(jvm, "--enable-native-access=com.sun.jna");

        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out().lines()).satisfiesExactly(
                modules -> assertThat(modules).matches(
                        "module io\\.github\\.mapcontig(@\\S+)?, module io\\.github\\.mapcontig\\.devices(@\\S+)?"),
                probed -> assertThat(probed).isEqualTo("page size as probed: true"),
                shims -> assertThat(shims).isEqualTo("libmapcontig: true"));
        assertThat(outcome.status()).isZero();
    }

    /** The negative control: it is the option that lets the JVM do this above. Older JVMs never refuse. */
    @ParameterizedTest
    @EnumSource
    void shouldBeRefusedWithoutTheOption(final ChildJvm jvm) {
        final ChildJvm.Outcome outcome = run(jvm, "--enable-native-access=modular");

        if (jvm.version() < CAN_REFUSE) {
            assertThat(outcome.status()).isZero();
        } else {
            assertThat(outcome.err()).contains("IllegalCallerException", "com.sun.jna");
            assertThat(outcome.status()).isEqualTo(1);
        }
    }

    private ChildJvm.Outcome run(final ChildJvm jvm, final String access) {
        final List<String> arguments = new ArrayList<>(List.of(access));
        if (jvm.version() >= CAN_REFUSE) {
            arguments.add("--illegal-native-access=deny");
        }
        arguments.addAll(List.of("--module-path", LIBRARIES + ":" + folder.resolve("classes"), "-m", "modular/modular.Program"));
        return jvm.run(folder, arguments);
    }
}
