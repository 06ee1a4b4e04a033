// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.mapcontig.internal.libc.Linux;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Compares the numbers in the Java code with what a C program prints from the system's headers. */
class ConstantsTest {
    private static Map<String, Long> header;

    @BeforeAll
    static void printConstants() throws IOException, InterruptedException {
        final Process process = new ProcessBuilder(System.getProperty("mapcontig.constants"))
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII))) {
            header = lines.lines().map(line -> line.split(" ")).collect(toMap(pair -> pair[0], pair -> Long.valueOf(pair[1])));
        }
        assertThat(process.waitFor()).isZero();
    }

    @Test
    void shouldAgreeOnEveryConstant() throws IllegalAccessException {
        for (final Field field : Linux.class.getDeclaredFields()) {
            if (Modifier.isPublic(field.getModifiers())) {
                assertThat(header).as("native/src/constants.c").containsEntry(field.getName(), (long) field.getInt(null));
            }
        }
    }

    @Test
    void shouldAgreeOnEveryErrorNumber() {
        for (final Errno.Name name : Errno.Name.values()) {
            assertThat(header).as("native/src/constants.c").containsEntry(name.name(), (long) name.number);
        }
    }

    @Test
    void shouldNameErrors() throws IllegalAccessException {
        for (final Field field : Errno.class.getDeclaredFields()) {
            if (field.getType() == Errno.class) {
                assertThat(((Errno) field.get(null)).symbol()).isEqualTo(field.getName());
            }
        }
        assertThat(Errno.ENOMEM).hasToString("ENOMEM (12, cannot allocate memory)");
        assertThat(new Errno(4711)).hasToString("errno 4711");
        assertThat(new Errno(4711).symbol()).isEqualTo("errno 4711");
    }
}
