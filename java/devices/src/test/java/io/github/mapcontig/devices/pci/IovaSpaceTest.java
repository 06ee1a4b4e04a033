// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.devices.pci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares the space with a map of single pages, for random sequences of allocations. */
class IovaSpaceTest {
    private static final long PAGE = 4096;
    private static final long GIB = 1L << 30;
    private static final IovaAlignment ANY = new IovaAlignment(PAGE, 0);
    private static final List<IovaRange> INTEL = List.of(new IovaRange(0, 0xfedf_ffffL), new IovaRange(0xfef0_0000L, (1L << 39) - 1));

    static LongStream seeds() {
        return LongStream.range(0, 30);
    }

    private record Taken(long start, long length) {
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldAgreeWithAMapOfPages(final long seed) {
        final Random random = new Random(seed);
        final List<IovaRange> ranges = new ArrayList<>();
        final BitSet pages = new BitSet();
        int from = random.nextInt(3);
        for (int i = 0; i < 3; i++) {
            final int length = 1 + random.nextInt(80);
            // Not always whole pages: only those that are whole are there.
            final boolean cut = random.nextBoolean();
            ranges.add(new IovaRange(from * PAGE + (cut ? 1 : 0), (from + length) * PAGE - 1));
            pages.set(from + (cut ? 1 : 0), from + length);
            from += length + 1 + random.nextInt(20);
        }
        pages.clear(0);
        final IovaSpace space = new IovaSpace(ranges, PAGE, 64);
        final String before = space.toString();
        final List<Taken> taken = new ArrayList<>();
        for (int step = 0; step < 200; step++) {
            if (taken.isEmpty() || random.nextInt(5) < 3) {
                final int length = 1 + random.nextInt(12);
                final int unit = 1 << random.nextInt(5);
                final int remainder = random.nextInt(unit);
                final int expected = lowest(pages, length, unit, remainder, from);
                final OptionalLong got = space.allocate(length * PAGE, new IovaAlignment(unit * PAGE, remainder * PAGE));
                assertThat(got).as("step %d", step).isEqualTo(expected < 0 ? OptionalLong.empty() : OptionalLong.of(expected * PAGE));
                if (expected >= 0) {
                    pages.clear(expected, expected + length);
                    taken.add(new Taken(expected, length));
                }
            } else {
                giveBack(space, pages, taken.remove(random.nextInt(taken.size())));
            }
        }
        taken.forEach(each -> giveBack(space, pages, each));
        assertThat(space).as("all given back").hasToString(before);
    }

    private static void giveBack(final IovaSpace space, final BitSet pages, final Taken each) {
        assertThat(space.length(each.start() * PAGE)).isEqualTo(each.length() * PAGE);
        space.free(each.start() * PAGE);
        pages.set((int) each.start(), (int) (each.start() + each.length()));
    }

    private static int lowest(final BitSet pages, final int length, final int unit, final int remainder, final int end) {
        for (int start = remainder; start + length <= end; start += unit) {
            if (pages.nextClearBit(start) >= start + length) {
                return start;
            }
        }
        return -1;
    }

    @Test
    void shouldStayOutOfTheWindowOfInterrupts() {
        final IovaSpace space = new IovaSpace(INTEL, PAGE, 64);
        assertThat(space.allocate(3 * GIB, ANY)).hasValue(PAGE);
        // What is left below the window is too short.
        assertThat(space.allocate(GIB, ANY)).hasValue(0xfef0_0000L);
        assertThat(space.allocate(GIB, new IovaAlignment(GIB, 0))).hasValue(5 * GIB);
        assertThat(space.allocate(GIB, new IovaAlignment(GIB, 0x200_0000))).hasValue(6 * GIB + 0x200_0000);
    }

    @Test
    void shouldRespectWhatTheDevicePutsOut() {
        final IovaSpace space = new IovaSpace(INTEL, PAGE, 28);
        assertThat(space.allocate((1L << 28) - PAGE, ANY)).hasValue(PAGE);
        assertThat(space.allocate(PAGE, ANY)).isEmpty();
        assertThat(space.largest()).isZero();
        assertThat(space).hasToString("none");
    }

    @Test
    void shouldTakeUnsignedRanges() {
        final IovaSpace all = new IovaSpace(List.of(new IovaRange(0, -1)), PAGE, 64);
        assertThat(all.allocate(1L << 62, new IovaAlignment(1L << 62, 0))).as("all but its last page").isEmpty();
        assertThat(all.allocate(1L << 62, ANY)).hasValue(PAGE);
        final IovaSpace high = new IovaSpace(List.of(new IovaRange(Long.MIN_VALUE, -1)), PAGE, 64);
        assertThat(high.allocate(PAGE, ANY)).as("no page table reaches that").isEmpty();
    }

    @Test
    void shouldNotOverflowAtTheEnd() {
        final IovaSpace space = new IovaSpace(List.of(new IovaRange(Long.MAX_VALUE - 4 * PAGE + 1, Long.MAX_VALUE)), PAGE, 64);
        assertThat(space.allocate(PAGE, new IovaAlignment(1L << 40, 0))).isEmpty();
        assertThat(space.allocate(Long.MAX_VALUE & -PAGE, ANY)).isEmpty();
        assertThat(space.allocate(PAGE, ANY)).isPresent();
    }

    @Test
    void shouldNotTakeBackWhatItDidNotGive() {
        final IovaSpace space = new IovaSpace(INTEL, PAGE, 64);
        final long start = space.allocate(2 * PAGE, ANY).orElseThrow();
        assertThatIllegalArgumentException().isThrownBy(() -> space.free(start + PAGE));
        space.free(start);
        assertThatIllegalArgumentException().isThrownBy(() -> space.free(start)).withMessageContaining("0x1000");
    }
}
