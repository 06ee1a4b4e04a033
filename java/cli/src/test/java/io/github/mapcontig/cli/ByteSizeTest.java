// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class ByteSizeTest {
    @ParameterizedTest
    @CsvSource({"1, 1", "4096, 4096", "64M, 67108864", "64MiB, 67108864", "64 mb, 67108864", "1k, 1024", "3G, 3221225472",
        "8388607T, 9223370937343148032"})
    void shouldRead(final String text, final long bytes) {
        assertThat(ByteSize.parse(text).bytes()).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "0", "0M", "1.5M", "M", "64X", "8388608T", "99999999999999999999"})
    void shouldRefuse(final String text) {
        assertThatExceptionOfType(TypeConversionException.class).isThrownBy(() -> ByteSize.parse(text));
    }
}
