// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.devices.pci;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class IovaAlignmentTest {
    private static final long PAGE = 4096;
    private static final long MIB = 1L << 20;
    private static final long GIB = 1L << 30;
    private static final long INTEL = PAGE | 2 * MIB | GIB;

    static LongStream seeds() {
        return LongStream.range(0, 20);
    }

    /** The largest page of which a whole one is in the memory, and no other. */
    @ParameterizedTest
    @MethodSource("seeds")
    void shouldUseTheLargestPages(final long seed) {
        final Random random = new Random(seed);
        for (int round = 0; round < 100; round++) {
            checkOne(random);
        }
    }

    private static void checkOne(final Random random) {
        final long start = (random.nextLong() & (1L << 40) - 1) & -PAGE & -(1L << random.nextInt(34));
        final long length = Math.max(PAGE, (random.nextLong() & (1L << 20 + random.nextInt(14)) - 1) & -PAGE);
        final long sizes = random.nextBoolean() ? INTEL : random.nextBoolean() ? -PAGE : PAGE | 64 << 10 | 2 * MIB | 32 * MIB;

        final IovaAlignment found = IovaAlignment.largest(start, length, sizes, PAGE);

        long expected = PAGE;
        for (long page = PAGE; page > 0 && page <= length; page *= 2) {
            final long first = (start + page - 1) / page * page;
            if ((sizes & page) != 0 && first + page <= start + length) {
                expected = page;
            }
        }
        assertThat(found.unit()).isEqualTo(expected);
        assertThat(found.remainder()).isEqualTo(start % expected);
        final long lowest = random.nextLong() & (1L << 39) - 1;
        final long first = found.firstFrom(lowest);
        assertThat(first - lowest).isBetween(0L, expected - 1);
        assertThat(first % expected).isEqualTo(start % expected);
    }

    @Test
    void shouldLieAsTheMemoryDoes() {
        assertThat(IovaAlignment.largest(0x1_0900_0000L, 64 * MIB, INTEL, PAGE)).isEqualTo(new IovaAlignment(2 * MIB, 0));
        assertThat(IovaAlignment.largest(0x1_0900_3000L, 64 * MIB, INTEL, PAGE)).isEqualTo(new IovaAlignment(2 * MIB, 0x3000));
        assertThat(IovaAlignment.largest(5 * GIB, GIB, INTEL, PAGE)).isEqualTo(new IovaAlignment(GIB, 0));
        assertThat(IovaAlignment.largest(5 * GIB + 2 * MIB, GIB, INTEL, PAGE)).isEqualTo(new IovaAlignment(2 * MIB, 0));
        assertThat(IovaAlignment.largest(5 * GIB - PAGE, GIB + PAGE, INTEL, PAGE)).isEqualTo(new IovaAlignment(GIB, GIB - PAGE));
        assertThat(IovaAlignment.largest(0x3000, PAGE, INTEL, PAGE)).isEqualTo(new IovaAlignment(PAGE, 0));
    }

    @Test
    void shouldTakeWholePagesAround() {
        assertThat(PageSpan.around(0x1000, 0x1000, PAGE)).isEqualTo(new PageSpan(0x1000, 0x1000));
        assertThat(PageSpan.around(0x1fff, 2, PAGE)).isEqualTo(new PageSpan(0x1000, 0x2000));
        assertThat(PageSpan.around(0x1001, 1, PAGE)).isEqualTo(new PageSpan(0x1000, 0x1000));
    }
}
