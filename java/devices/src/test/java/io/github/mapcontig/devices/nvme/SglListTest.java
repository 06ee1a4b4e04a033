// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.devices.nvme;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads lists as a controller does, and compares with what was to be described. */
class SglListTest {
    private static final int PAGE = 4096;

    private final Map<Long, ListPage> pages = new HashMap<>();

    private ListPage page() {
        final long address = 0x7_0000_0000L + (pages.size() + 1L) * 3 * PAGE;
        final ByteBuffer bytes = ByteBuffer.allocate(PAGE).order(ByteOrder.LITTLE_ENDIAN);
        // What another transfer has left
        new Random(pages.size()).nextBytes(bytes.array());
        final ListPage page = new ListPage(address, bytes);
        pages.put(address, page);
        return page;
    }

    private List<long[]> walk(final DataPointer pointer) {
        final List<long[]> found = new ArrayList<>();
        long address = pointer.first();
        long second = pointer.second();
        while (second >>> 60 != 0) {
            final long type = second >>> 60;
            assertThat(type).as("type").isBetween(2L, 3L);
            assertThat(second >>> 32 & 0xfff_ffffL).as("reserved").isZero();
            final int descriptors = (int) (second & 0xffff_ffffL) / 16;
            final ByteBuffer bytes = pages.get(address).bytes();
            for (int i = 0; i < descriptors - (type == 2 ? 1 : 0); i++) {
                assertThat(bytes.getLong(16 * i + 8) >>> 32).as("a data block").isZero();
                found.add(new long[] {bytes.getLong(16 * i), bytes.getLong(16 * i + 8)});
            }
            if (type == 3) {
                return found;
            }
            address = bytes.getLong(16 * (descriptors - 1));
            second = bytes.getLong(16 * (descriptors - 1) + 8);
        }
        found.add(new long[] {address, second});
        return found;
    }

    private void check(final Pieces pieces) {
        final int count = pieces.pieces().size();
        pages.clear();

        final DataPointer pointer = SglList.build(pieces.cursor(), PAGE, this::page);

        assertThat(pointer.kind()).isEqualTo(1);
        assertThat(walk(pointer)).usingRecursiveFieldByFieldElementComparator().containsExactlyElementsOf(pieces.pieces());
        assertThat(pointer.descriptors()).isEqualTo(count);
        // Each page but the last gives one descriptor away for the link
        assertThat(pages).as("no page too many").hasSize(count == 1 ? 0 : count <= 256 ? 1 : (count - 2) / 255 + 1);
        assertThat(pointer.listBytes()).isEqualTo(count == 1 ? 0 : (count + pages.size() - 1) * 16L);
    }

    static IntStream seeds() {
        return IntStream.range(0, 300);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldDescribeEachPiece(final int seed) {
        check(Pieces.scattered(new Random(seed), PAGE));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 255, 256, 257, 510, 511, 512, 765, 766, 767})
    void shouldBeRightWhereASegmentIsJustFull(final int count) {
        check(new Pieces(IntStream.range(0, count).mapToObj(i -> new long[] {0x1000_0000L + 2L * i * PAGE, PAGE}).toList()));
    }

    /** A piece may begin and end anywhere. */
    @Test
    void shouldDescribePiecesOfAnyLength() {
        check(new Pieces(List.of(new long[] {0x10004, 508}, new long[] {0x20e00, 4}, new long[] {0x30000, 3L << 30})));
    }

    @Test
    void shouldBeginInTheMiddleOfMemory() {
        final Pieces pieces = new Pieces(List.of(new long[] {0x10000, PAGE}, new long[] {0x40000, 2 * PAGE}, new long[] {0x80000, PAGE}));

        final DataPointer pointer = SglList.build(new DataCursor(pieces, PAGE + 512, 2 * PAGE), PAGE, this::page);

        assertThat(walk(pointer)).usingRecursiveFieldByFieldElementComparator()
                .containsExactly(new long[] {0x40200, 2 * PAGE - 512}, new long[] {0x80000, 512});
    }
}
