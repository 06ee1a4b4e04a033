// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.internal.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mapcontig.Extent;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PlacementTest {
    private static final long PAGE = 4096;

    static LongStream seeds() {
        return LongStream.rangeClosed(1, 500);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldCutOutAllThatIsAllowedAndNothingElse(final long seed) {
        final Random random = new Random(seed);
        final long unit = PAGE << random.nextInt(3);
        final long alignment = 1L << random.nextInt(17);
        final long boundary = random.nextInt(3) == 0 ? 0 : Math.max(alignment, unit) << random.nextInt(4);
        final long lastAddress = random.nextInt(3) == 0 ? -1 : (1L << 13 + random.nextInt(8)) - 1;
        final Placement placement = new Placement(alignment, boundary, lastAddress);
        final long start = random.nextInt(64) * unit;
        final long length = (1 + random.nextInt(64)) * unit;

        final List<Extent> parts = placement.parts(start, length, unit);

        assertThat(units(parts, unit)).isEqualTo(allowed(placement, start, length, unit));
        for (int i = 0; i < parts.size(); i++) {
            final Extent part = parts.get(i);
            assertThat(placement.violation(part)).isEmpty();
            assertThat(part.offset()).isEqualTo(part.physicalAddress() - start);
            assertThat(part.physicalAddress() % unit).isZero();
            if (i > 0) {
                assertThat(part.offset()).as("ascending").isGreaterThanOrEqualTo(parts.get(i - 1).endOffset());
                assertThat(part.physicalAddress() % boundary).as("cut at boundaries only").isZero();
            }
        }
    }

    private static TreeSet<Long> units(final List<Extent> parts, final long unit) {
        final TreeSet<Long> units = new TreeSet<>();
        for (final Extent part : parts) {
            for (long place = part.physicalAddress(); place <= part.lastPhysicalAddress(); place += unit) {
                units.add(place);
            }
        }
        return units;
    }

    /** A unit is allowed if some extent that starts where one may start reaches it. */
    private static TreeSet<Long> allowed(final Placement placement, final long start, final long length, final long unit) {
        final TreeSet<Long> units = new TreeSet<>();
        for (long from = start; from < start + length; from += unit) {
            for (long to = from + unit; to <= start + length; to += unit) {
                if (placement.violation(new Extent(0, from, to - from)).isEmpty()) {
                    units.add(to - unit);
                }
            }
        }
        return units;
    }

    @Test
    void shouldSayWhatIsWrongWithAnExtent() {
        final Placement placement = new Placement(8192, 65536, (1L << 20) - 1);

        assertThat(placement.violation(new Extent(0, 0x1000, PAGE)).orElseThrow())
                .isEqualTo("its physical address 0x1000 is not a multiple of 8 KiB");
        assertThat(placement.violation(new Extent(0, 0xe000, 3 * PAGE)).orElseThrow())
                .isEqualTo("it lies at 0xe000-0x10fff, across a boundary of 64 KiB");
        assertThat(placement.violation(new Extent(0, 0xfe000, 2 * PAGE))).isEmpty();
        assertThat(placement.violation(new Extent(0, 0x100000, PAGE)).orElseThrow())
                .isEqualTo("it ends at 0x100fff, above the device's last address 0xfffff");
    }

    @Test
    void shouldCountAddressesAsUnsigned() {
        final Extent high = new Extent(0, Long.MIN_VALUE, PAGE);

        assertThat(new Placement(1, 0, (1L << 32) - 1).violation(high)).isPresent();
        assertThat(new Placement(1, 0, -1).violation(high)).isEmpty();
    }

    @Test
    void shouldKnowWhenAnyPageWillDo() {
        assertThat(new Placement(PAGE, 0, -1).isAnywhere(PAGE)).isTrue();
        assertThat(new Placement(2 * PAGE, 0, -1).isAnywhere(PAGE)).isFalse();
        assertThat(new Placement(1, 1L << 20, -1).isAnywhere(PAGE)).isFalse();
        assertThat(new Placement(1, 0, (1L << 32) - 1).isAnywhere(PAGE)).isFalse();
    }

    @Test
    void shouldKeepOnlyBoundariesThatPagesCanCross() {
        assertThat(new Placement(1, 8192, -1).ofPages(PAGE)).isEqualTo(new Placement(1, 8192, -1));
        assertThat(new Placement(1, PAGE, -1).ofPages(PAGE)).isEqualTo(new Placement(1, PAGE, -1));
        assertThat(new Placement(1, PAGE, -1).ofPages(8192)).isEqualTo(new Placement(1, 0, -1));
    }
}
