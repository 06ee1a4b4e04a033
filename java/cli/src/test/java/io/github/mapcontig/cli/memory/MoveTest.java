// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mapcontig.Extent;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MoveTest {
    private static Move move(final long offset, final long length, final long before, final long after) {
        return new Move(offset, length, place(before), place(after));
    }

    private static OptionalLong place(final long address) {
        return address < 0 ? OptionalLong.empty() : OptionalLong.of(address);
    }

    @Test
    void shouldSeeNoMoveWhereThereIsNone() {
        final List<Extent> extents = List.of(new Extent(0, 100, 10), new Extent(20, 300, 10));

        assertThat(Move.between(extents, extents, 40)).isEmpty();
        // The same pages, seen as two extents.
        assertThat(Move.between(List.of(new Extent(0, 100, 10)), List.of(new Extent(0, 100, 4), new Extent(4, 104, 6)), 10))
                .isEmpty();
    }

    @Test
    void shouldTellOldAndNewPlace() {
        assertThat(Move.between(List.of(new Extent(0, 100, 10)), List.of(new Extent(0, 100, 4), new Extent(4, 504, 2),
                new Extent(6, 106, 4)), 10)).containsExactly(move(4, 2, 104, 504));
    }

    @Test
    void shouldTellWhatCameAndWent() {
        assertThat(Move.between(List.of(new Extent(0, 100, 10)), List.of(new Extent(5, 105, 10)), 20))
                .containsExactly(move(0, 5, 100, -1), move(10, 5, -1, 110));
        assertThat(Move.between(List.of(), List.of(), 20)).isEmpty();
    }

    @Test
    void shouldAgreeWithComparingEachPage() {
        final Random random = new Random(1);
        for (int round = 0; round < 500; round++) {
            final long[] before = random.longs(32, -1, 4).toArray();
            final long[] after = random.longs(32, -1, 4).toArray();
            final long[] moved = new long[32];
            Move.between(extents(before), extents(after), 32).forEach(move -> {
                for (long i = move.offset(); i < move.offset() + move.length(); i++) {
                    moved[(int) i]++;
                }
            });
            for (int i = 0; i < 32; i++) {
                assertThat(moved[i]).isEqualTo(before[i] == after[i] ? 0 : 1);
            }
        }
    }

    /** Page i lies at i + 100 * base, or nowhere. */
    private static List<Extent> extents(final long[] bases) {
        final List<Extent> extents = new ArrayList<>();
        for (int i = 0; i < bases.length; i++) {
            if (bases[i] >= 0) {
                extents.add(new Extent(i, i + 100 * bases[i], 1));
            }
        }
        return extents;
    }
}
