// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.internal.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mapcontig.Extent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PageChoiceTest {
    private static final long PAGE = 2L << 20;
    private static final int SLOTS = 16;

    static LongStream seeds() {
        return LongStream.rangeClosed(1, 1000);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldFindExtentsIfThereAreAny(final long seed) {
        final Random random = new Random(seed);
        final long[] addresses = addresses(random);
        final long alignment = PAGE << random.nextInt(2);
        final Placement placement = new Placement(alignment, random.nextBoolean() ? 0 : alignment << random.nextInt(3),
                random.nextBoolean() ? -1 : 8 * PAGE - 1);
        final int wanted = 1 + random.nextInt(6);
        final int maxExtents = 1 + random.nextInt(3);

        final Optional<int[]> chosen = new PageChoice(addresses, PAGE, placement).choose(wanted, maxExtents);

        final int needed = fewestExtents(addresses, placement, wanted);
        assertThat(chosen.isPresent()).as("%d extents will do", needed).isEqualTo(needed <= maxExtents);
        chosen.ifPresent(pages -> {
            assertThat(pages).hasSize(wanted).doesNotHaveDuplicates();
            final List<Extent> extents = extents(pages, addresses, placement);
            assertThat(extents).hasSize(needed).allSatisfy(extent -> assertThat(placement.violation(extent)).isEmpty());
        });
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldTakeTheShortestRunThatIsLongEnough(final long seed) {
        final Random random = new Random(seed);
        final long[] addresses = addresses(random);
        final int wanted = 1 + random.nextInt(4);

        final Optional<int[]> chosen = new PageChoice(addresses, PAGE, new Placement(1, 0, -1)).choose(wanted, 1);

        final int shortest = Arrays.stream(addresses).mapToInt(address -> runAround(addresses, address))
                .filter(run -> run >= wanted).min().orElse(0);
        assertThat(chosen.map(pages -> runAround(addresses, addresses[pages[0]])).orElse(0)).isEqualTo(shortest);
    }

    @Test
    void shouldTellTheLongestExtent() {
        final long[] addresses = {5 * PAGE, PAGE, 6 * PAGE, 7 * PAGE, 2 * PAGE};

        assertThat(new PageChoice(addresses, PAGE, new Placement(1, 0, -1)).longest()).isEqualTo(3 * PAGE);
        assertThat(new PageChoice(addresses, PAGE, new Placement(1, 2 * PAGE, -1)).longest()).isEqualTo(2 * PAGE);
        assertThat(new PageChoice(addresses, PAGE, new Placement(8 * PAGE, 0, -1)).longest()).isZero();
    }

    @Test
    void shouldOrderPagesByTheirAddresses() {
        assertThat(new PageChoice(new long[] {3 * PAGE, PAGE, 2 * PAGE}, PAGE, new Placement(1, 0, -1)).choose(3, 1).orElseThrow())
                .containsExactly(1, 2, 0);
    }

    private static long[] addresses(final Random random) {
        final List<Integer> slots = new ArrayList<>(IntStream.range(0, SLOTS).boxed().toList());
        Collections.shuffle(slots, random);
        return slots.stream().limit(1 + random.nextInt(SLOTS)).mapToLong(slot -> slot * PAGE).toArray();
    }

    private static boolean has(final long[] addresses, final long address) {
        return Arrays.stream(addresses).anyMatch(other -> other == address);
    }

    private static int runAround(final long[] addresses, final long address) {
        int pages = 1;
        for (long place = address - PAGE; has(addresses, place); place -= PAGE) {
            pages++;
        }
        for (long place = address + PAGE; has(addresses, place); place += PAGE) {
            pages++;
        }
        return pages;
    }

    /** Tries all: the longest extent from each place on, then the longest that is left, until there are pages enough. */
    private static int fewestExtents(final long[] addresses, final Placement placement, final int wanted) {
        long[] left = addresses;
        int extents = 0;
        int pages = 0;
        while (pages < wanted) {
            Extent longest = null;
            for (final long start : left) {
                long length = 0;
                while (has(left, start + length) && placement.violation(new Extent(0, start, length + PAGE)).isEmpty()) {
                    length += PAGE;
                }
                if (length > 0 && (longest == null || length > longest.length())) {
                    longest = new Extent(0, start, length);
                }
            }
            if (longest == null) {
                return Integer.MAX_VALUE;
            }
            final Extent taken = longest;
            left = Arrays.stream(left)
                    .filter(address -> address < taken.physicalAddress() || address > taken.lastPhysicalAddress()).toArray();
            pages += (int) (taken.length() / PAGE);
            extents++;
        }
        return extents;
    }

    /** The extents that pages make up, cut at the boundary. */
    private static List<Extent> extents(final int[] pages, final long[] addresses, final Placement placement) {
        final List<Extent> extents = new ArrayList<>();
        long start = addresses[pages[0]];
        for (int i = 1; i <= pages.length; i++) {
            final long before = addresses[pages[i - 1]];
            final long next = before + PAGE;
            if (i == pages.length || addresses[pages[i]] != next || placement.boundary() != 0 && next % placement.boundary() == 0) {
                extents.add(new Extent(0, start, next - start));
                start = i == pages.length ? 0 : addresses[pages[i]];
            }
        }
        return extents;
    }
}
