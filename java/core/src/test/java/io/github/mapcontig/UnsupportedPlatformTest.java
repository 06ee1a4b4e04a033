// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.mapcontig.internal.platform.Platform;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnsupportedPlatformTest {
    @TempDir
    private Path root;

    @ParameterizedTest
    @CsvSource({
        "Windows 11, amd64,   this is Windows 11",
        "Mac OS X,   aarch64, this is Mac OS X",
        "Linux,      i386,    this JVM is 32-bit (i386)",
        "Linux,      arm,     architecture arm is unknown",
        "Linux,      ppc64,   architecture ppc64 is not supported",
        "Linux,      sparcv9, architecture sparcv9 is unknown"})
    void shouldSayWhatIsWrong(final String osName, final String osArch, final String reason) {
        assertThatExceptionOfType(ContiguousMemoryException.class)
                .isThrownBy(() -> new FakeMachine(root, new Platform(osName, osArch)))
                .withMessageContaining("this platform is not supported")
                .withMessageContaining(reason)
                .withMessageContaining("run on Linux with a 64-bit JVM");
    }

    @ParameterizedTest
    @CsvSource({"amd64", "x86_64", "aarch64", "riscv64"})
    void shouldAccept(final String osArch) {
        assertThat(new Platform("Linux", osArch).unsupportedBecause()).isEmpty();
    }

    @Test
    void shouldAcceptThisMachine() {
        assertThat(Platform.current().unsupportedBecause()).isEmpty();
    }
}
