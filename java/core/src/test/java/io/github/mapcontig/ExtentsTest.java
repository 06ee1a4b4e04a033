// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ExtentsTest {
    static LongStream seeds() {
        return LongStream.rangeClosed(1, 200);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldFindTheExtentOfEachByte(final long seed) {
        final List<Extent> extents = extents(new Random(seed));

        for (int i = 0; i < extents.size(); i++) {
            for (long offset = extents.get(i).offset(); offset < extents.get(i).endOffset(); offset++) {
                assertThat(Extents.indexOf(extents, offset)).isEqualTo(i);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldCutOutAnyPart(final long seed) {
        final Random random = new Random(seed);
        final List<Extent> extents = extents(random);
        final List<Long> places = places(extents);
        final int start = random.nextInt(places.size());
        final int length = 1 + random.nextInt(places.size() - start);

        final List<Extent> part = Extents.part(extents, start, length);

        assertThat(places(part)).isEqualTo(places.subList(start, start + length));
        assertThat(part.get(0).offset()).isZero();
        final int start2 = random.nextInt(length);
        final int length2 = 1 + random.nextInt(length - start2);
        assertThat(Extents.part(part, start2, length2)).isEqualTo(Extents.part(extents, start + start2, length2));
        assertThat(Extents.part(extents, 0, places.size())).isEqualTo(extents);
        assertThat(Extents.part(List.of(), start, length)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldCutAtBoundariesAndNowhereElse(final long seed) {
        final Random random = new Random(seed);
        final List<Extent> extents = extents(random);
        final long boundary = 1L << random.nextInt(6);

        final List<Extent> pieces = Extents.cut(extents, boundary);

        assertThat(places(pieces)).isEqualTo(places(extents));
        assertThat(pieces).allSatisfy(piece -> assertThat(piece.physicalAddress() / boundary)
                .isEqualTo(piece.lastPhysicalAddress() / boundary));
        final List<Long> starts = extents.stream().map(Extent::offset).toList();
        assertThat(pieces).filteredOn(piece -> !starts.contains(piece.offset()))
                .allSatisfy(piece -> assertThat(piece.physicalAddress() % boundary).isZero());
        assertThat(Extents.cut(extents, 0)).isEqualTo(extents);
    }

    /** Extents of 1 to 40 bytes, without gaps in their offsets. */
    private static List<Extent> extents(final Random random) {
        final List<Extent> extents = new ArrayList<>();
        long offset = 0;
        for (int i = random.nextInt(9); i >= 0; i--) {
            final long length = 1 + random.nextInt(40);
            extents.add(new Extent(offset, random.nextInt(1000), length));
            offset += length;
        }
        return extents;
    }

    /** Where each byte lies; fails if offsets have gaps. */
    private static List<Long> places(final List<Extent> extents) {
        final List<Long> places = new ArrayList<>();
        for (final Extent extent : extents) {
            assertThat(extent.offset()).isEqualTo(places.size());
            for (long i = 0; i < extent.length(); i++) {
                places.add(extent.physicalAddress() + i);
            }
        }
        return places;
    }
}
