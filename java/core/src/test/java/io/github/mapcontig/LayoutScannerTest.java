// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LayoutScannerTest {
    private static final long PAGE = 4096;
    private static final long ADDRESS = 0x7f00_0000_0000L;
    private static final long PRESENT = PagemapEntry.PRESENT;

    static LongStream seeds() {
        return LongStream.rangeClosed(1, 200);
    }

    @Test
    void shouldJoinConsecutivePages() {
        final PhysicalLayout layout = scan(PRESENT | 7, PRESENT | 8, PRESENT | 9);

        assertThat(layout.extents()).containsExactly(new Extent(0, 7 * PAGE, 3 * PAGE));
        assertThat(layout.isContiguous()).isTrue();
        assertThat(layout.presentPages()).isEqualTo(3);
    }

    @Test
    void shouldIgnoreFlagsThatDifferWithinARun() {
        final PhysicalLayout layout = scan(PRESENT | 7, PRESENT | 1L << 55 | 8, PRESENT | 0x3L << 56 | 1L << 61 | 9);

        assertThat(layout.extents()).containsExactly(new Extent(0, 7 * PAGE, 3 * PAGE));
    }

    @Test
    void shouldNotJoinDescendingRepeatedOrDistantPages() {
        assertThat(scan(PRESENT | 8, PRESENT | 7).extents()).hasSize(2);
        assertThat(scan(PRESENT | 8, PRESENT | 8).extents()).hasSize(2);
        assertThat(scan(PRESENT | 8, PRESENT | 10).extents()).hasSize(2);
    }

    @Test
    void shouldNotJoinAcrossAHole() {
        final PhysicalLayout layout = scan(PRESENT | 7, 0, PRESENT | 9);

        assertThat(layout.extents()).containsExactly(new Extent(0, 7 * PAGE, PAGE), new Extent(2 * PAGE, 9 * PAGE, PAGE));
        assertThat(layout.presentPages()).isEqualTo(2);
        assertThat(layout.isContiguous()).isFalse();
    }

    @Test
    void shouldNotTakeSwapEntryForTheNextPage() {
        final PhysicalLayout layout = scan(PRESENT | 7, PagemapEntry.SWAPPED | 8);

        assertThat(layout.extents()).containsExactly(new Extent(0, 7 * PAGE, PAGE));
        assertThat(layout.swappedPages()).isEqualTo(1);
    }

    @Test
    void shouldCountHiddenPagesAsPresentButNowhere() {
        final PhysicalLayout layout = scan(PRESENT, PRESENT | 1L << 56, PRESENT | 1);

        assertThat(layout.hiddenPages()).isEqualTo(2);
        assertThat(layout.presentPages()).isEqualTo(3);
        assertThat(layout.extents()).containsExactly(new Extent(2 * PAGE, PAGE, PAGE));
    }

    @Test
    void shouldNotBeContiguousWithOnlyAPartPresent() {
        assertThat(scan(0, PRESENT | 7, PRESENT | 8).isContiguous()).isFalse();
        assertThat(scan(PRESENT | 7, PRESENT | 8, 0).isContiguous()).isFalse();
        assertThat(scan(0, 0).isContiguous()).isFalse();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldFindTheExtentsThatTheWordsWereMadeFrom(final long seed) {
        final Random random = new Random(seed);
        final List<Extent> extents = new ArrayList<>();
        final List<Long> words = new ArrayList<>();
        long forbiddenPfn = -1;
        for (int run = random.nextInt(20); run >= 0; run--) {
            final int pages = 1 + random.nextInt(random.nextBoolean() ? 3 : 600);
            if (random.nextInt(4) == 0) {
                for (int i = 0; i < pages; i++) {
                    words.add(random.nextBoolean() ? 0 : PagemapEntry.SWAPPED | random.nextLong() >>> 9);
                }
                forbiddenPfn = -1;
                continue;
            }
            long pfn = 1 + random.nextInt(1 << 24);
            // The next run must not continue the last one, or they would be one.
            pfn += pfn == forbiddenPfn ? 1 : 0;
            extents.add(new Extent(words.size() * PAGE, pfn * PAGE, pages * PAGE));
            for (int i = 0; i < pages; i++) {
                words.add(PRESENT | random.nextLong() & 0x7fL << 55 & ~PagemapEntry.SWAPPED | pfn + i);
            }
            forbiddenPfn = pfn + pages;
        }
        final long[] array = words.stream().mapToLong(Long::longValue).toArray();

        final PhysicalLayout layout = scanInBatches(random, array);

        assertThat(layout.extents()).isEqualTo(extents);
        assertThat(layout.length()).isEqualTo(array.length * PAGE);
        assertThat(layout.presentPages()).isEqualTo(Arrays.stream(array).filter(word -> word < 0).count());
        assertThat(layout.swappedPages())
                .isEqualTo(Arrays.stream(array).filter(word -> word > 0 && (word & PagemapEntry.SWAPPED) != 0).count());
    }

    private static PhysicalLayout scan(final long... words) {
        return scanInBatches(new Random(0), words);
    }

    /** Cuts the words anywhere: a run must survive a cut. */
    private static PhysicalLayout scanInBatches(final Random random, final long[] words) {
        final LayoutScanner scanner = new LayoutScanner(PAGE);
        for (int done = 0; done < words.length;) {
            final int count = Math.min(words.length - done, 1 + random.nextInt(300));
            scanner.scan(Arrays.copyOfRange(words, done, done + count), count);
            done += count;
        }
        return scanner.finish(ADDRESS);
    }
}
