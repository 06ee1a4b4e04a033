// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Random;
import org.junit.jupiter.api.Test;

class PoolLayoutTest {
    private static final int CASES = 20_000;
    private static final long PAGE = 4096;

    /** For layouts and starts of all kinds: aligned, ordered without overlap, within the boundary, inside what bytes() promises. */
    @Test
    void shouldKeepEachPromiseForRandomLayouts() {
        final Random random = new Random(20261124);
        int crossed = 0;
        for (int i = 0; i < CASES; i++) {
            final PoolLayout layout = randomLayout(random);
            final long start = (0x40000000L + random.nextInt(1 << 30)) / layout.alignment() * layout.alignment();
            final long[] offsets = layout.offsets(start, layout.bytes());
            assertThat(offsets).hasSize(layout.count());
            long free = 0;
            for (final long offset : offsets) {
                final long first = start + offset;
                final long last = first + layout.bufferSize() - 1;
                assertThat(offset).as("no overlap: %s", layout).isGreaterThanOrEqualTo(free);
                assertThat(first % layout.alignment()).as("alignment: %s", layout).isZero();
                if (layout.boundary() != PoolLayout.NO_BOUNDARY) {
                    assertThat(first / layout.boundary()).as("boundary: %s", layout).isEqualTo(last / layout.boundary());
                    crossed += offset > free ? 1 : 0;
                }
                free = offset + layout.bufferSize();
            }
            assertThat(free).as("inside: %s", layout).isLessThanOrEqualTo(layout.bytes());
        }
        assertThat(crossed).as("cases in which a boundary was in the way").isGreaterThan(CASES / 10);
    }

    /** A range as create() asks for it holds the buffers, wherever an allocation puts it. */
    @Test
    void shouldFitIntoTheRangeThatIsAskedForItAndIsNeverLarger() {
        final Random random = new Random(20261128);
        int smaller = 0;
        for (int i = 0; i < CASES; i++) {
            final PoolLayout layout = randomLayout(random);
            final long unit = layout.rangeAlignment();
            final long start = (0x40000000L + random.nextInt(1 << 30)) / unit * unit;
            assertThat(layout.offsets(start, layout.rangeBytes())).hasSize(layout.count());
            assertThat(unit).isGreaterThanOrEqualTo(layout.alignment()).isLessThanOrEqualTo(2 << 20);
            final long taken = roundUp(layout.rangeBytes(), Math.max(unit, PAGE));
            assertThat(taken).as("%s", layout).isLessThanOrEqualTo(roundUp(layout.bytes(), Math.max(layout.alignment(), PAGE)));
            smaller += taken < roundUp(layout.bytes(), PAGE) ? 1 : 0;
            final long onBoundary = roundUp(start, Math.max(unit, layout.boundary()));
            assertThat(layout.offsets(onBoundary, layout.bytesFromBoundary())).hasSize(layout.count());
        }
        assertThat(smaller).isGreaterThan(CASES / 20);
    }

    @Test
    void shouldTakeNoBufferMoreForABoundary() {
        final PoolLayout packets = PoolLayout.of(1024, 2048).within(PAGE);
        assertThat(packets.bytesFromBoundary()).isEqualTo(2 << 20);
        assertThat(packets.rangeBytes()).isEqualTo(2 << 20);
        assertThat(packets.rangeAlignment()).isEqualTo(PAGE);
        assertThat(PoolLayout.of(512, 4096).alignedTo(4096).within(PAGE).rangeBytes()).isEqualTo(2 << 20);
        assertThat(PoolLayout.of(4, 1 << 20).within(1L << 32).rangeBytes()).as("aligned to 4 MiB would not be free")
                .isEqualTo(5 << 20);
    }

    private static long roundUp(final long value, final long unit) {
        return (value + unit - 1) / unit * unit;
    }

    @Test
    void shouldPackWithoutGapsWhereThereIsNoBoundary() {
        assertThat(PoolLayout.of(3, 100).offsets(PAGE, 384)).containsExactly(0, 128, 256);
        assertThat(PoolLayout.of(3, 100).bytes()).isEqualTo(384);
    }

    @Test
    void shouldLeaveAGapBeforeABoundary() {
        final PoolLayout layout = PoolLayout.of(4, 1536).within(PAGE);

        assertThat(layout.offsets(PAGE, 4 * PAGE)).containsExactly(0, 1536, 4096, 5632);
        assertThat(layout.offsets(PAGE + 2048, 4 * PAGE)).containsExactly(0, 2048, 3584, 6144);
    }

    @Test
    void shouldRoundUpToCacheLineAndAlignment() {
        assertThat(PoolLayout.of(1, 1).bufferSize()).isEqualTo(64);
        assertThat(new PoolLayout(1, 1, 4, 0).alignment()).isEqualTo(64);
        assertThat(PoolLayout.of(1, 1000).alignedTo(512).bufferSize()).isEqualTo(1024);
        assertThat(PoolLayout.of(1, 1 << 30).alignedTo(1 << 30).bufferSize()).isEqualTo(1 << 30);
    }

    @Test
    void shouldNotOverflow() {
        assertThat(new PoolLayout(16_777_214, 1 << 30, 64, 1L << 62).bytes()).isPositive();
        assertThat(PoolLayout.of(16_777_214, 1 << 30).bytes()).isEqualTo(16_777_214L << 30);
    }

    @Test
    void shouldRefuseWhatCanNotBeMeant() {
        assertThatIllegalArgumentException().isThrownBy(() -> PoolLayout.of(0, 64)).withMessageContaining("1 to 16777214 buffers: 0");
        assertThatIllegalArgumentException().isThrownBy(() -> PoolLayout.of(16_777_215, 64));
        assertThatIllegalArgumentException().isThrownBy(() -> PoolLayout.of(1, 0)).withMessageContaining("bytes: 0");
        assertThatIllegalArgumentException().isThrownBy(() -> PoolLayout.of(1, (1 << 30) + 1));
        assertThatIllegalArgumentException().isThrownBy(() -> PoolLayout.of(1, 64).alignedTo(96)).withMessageContaining("power of two: 96");
        assertThatIllegalArgumentException().isThrownBy(() -> PoolLayout.of(1, 64).alignedTo(Integer.MIN_VALUE));
        assertThatIllegalArgumentException().isThrownBy(() -> PoolLayout.of(1, 4160).within(PAGE)).withMessageContaining("not less than a buffer");
        assertThatIllegalArgumentException().isThrownBy(() -> PoolLayout.of(1, 64).within(5000));
        assertThatIllegalArgumentException().isThrownBy(() -> PoolLayout.of(1, 64).within(Long.MIN_VALUE));
    }

    @Test
    void shouldRefuseARangeThatIsTooShort() {
        assertThatIllegalArgumentException().isThrownBy(() -> PoolLayout.of(2, 64).offsets(PAGE, 127))
                .withMessageContaining("a range of 127 bytes at 0x1000 is too short: these buffers take 128");
    }

    private static PoolLayout randomLayout(final Random random) {
        final int alignment = 64 << random.nextInt(8);
        final int size = 1 + random.nextInt(3 * alignment + 5000);
        final PoolLayout layout = PoolLayout.of(1 + random.nextInt(50), size).alignedTo(alignment);
        if (random.nextInt(4) == 0) {
            return layout;
        }
        final long least = Long.highestOneBit(2L * layout.bufferSize() - 1);
        return layout.within(least << random.nextInt(5));
    }
}
