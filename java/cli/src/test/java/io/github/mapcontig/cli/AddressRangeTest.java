// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class AddressRangeTest {
    @ParameterizedTest
    @CsvSource({"0x1000+4096, 0x1000, 0x2000", "1000-3000, 0x1000, 0x3000", "7f00AB+64K, 0x7f00ab, 0x8000ab",
        "0x1000-0x1001, 0x1000, 0x1001", "0x1000+0x10, 0x1000, 0x1010"})
    void shouldReadRanges(final String text, final String start, final String end) {
        assertThat(AddressRange.parse(text)).isEqualTo(new AddressRange(Long.decode(start), OptionalLong.of(Long.decode(end))));
    }

    @Test
    void shouldReadAddresses() {
        assertThat(AddressRange.parse("7f0012345000")).isEqualTo(new AddressRange(0x7f0012345000L, OptionalLong.empty()));
        assertThat(AddressRange.parse("0xffffffffff600000").start()).isEqualTo(0xffffffffff600000L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "0x", "12345678901234567", "0x1000+", "0x1000-", "0x1000+0", "0x1000-0x1000", "0x1000-fff",
        "0x1000+many", "0x1000-xyz", "0x1000+0xz", "0xffffffffffffffff+4096"})
    void shouldRefuse(final String text) {
        assertThatExceptionOfType(TypeConversionException.class).isThrownBy(() -> AddressRange.parse(text));
    }
}
