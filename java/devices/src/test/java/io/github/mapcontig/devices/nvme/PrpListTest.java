// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.devices.nvme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

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

/** Reads lists as a controller does, and compares with what was to be described. */
class PrpListTest {
    private static final int PAGE = 4096;

    private final Map<Long, ListPage> pages = new HashMap<>();
    private final Random places = new Random(11);

    private ListPage page(final int pageSize) {
        final long address = (places.nextLong() >>> 16) / pageSize * pageSize;
        final ListPage page = new ListPage(address, ByteBuffer.allocate(pageSize).order(ByteOrder.LITTLE_ENDIAN));
        pages.put(address, page);
        return page;
    }

    /** The addresses of all pages, as the controller finds them. */
    private List<Long> walk(final DataPointer pointer, final long length, final int pageSize) {
        final List<Long> found = new ArrayList<>();
        found.add(pointer.first());
        long left = length - Math.min(length, pageSize - pointer.first() % pageSize);
        if (left == 0) {
            assertThat(pointer.second()).isZero();
        } else if (left <= pageSize) {
            found.add(pointer.second());
        } else {
            ListPage page = pages.get(pointer.second());
            int index = 0;
            while (left > 0) {
                if (index == pageSize / Long.BYTES - 1 && left > pageSize) {
                    page = pages.get(page.bytes().getLong(index * Long.BYTES));
                    index = 0;
                }
                found.add(page.bytes().getLong(index++ * Long.BYTES));
                left -= pageSize;
            }
        }
        return found;
    }

    private void check(final long address, final long length, final int pageSize) {
        pages.clear();
        final DataPointer pointer = PrpList.build(Pieces.of(address, length).cursor(), pageSize, () -> page(pageSize));
        final List<Long> wanted = new ArrayList<>();
        wanted.add(address);
        for (long next = address / pageSize * pageSize + pageSize; next < address + length; next += pageSize) {
            wanted.add(next);
        }
        assertThat(pointer.kind()).isZero();
        assertThat(walk(pointer, length, pageSize)).as("%d bytes at 0x%x", length, address).isEqualTo(wanted);
        assertThat(pointer.descriptors()).isEqualTo(wanted.size());
        final long listed = wanted.size() > 2 ? wanted.size() - 1 : 0;
        // Each page but the last gives one entry away for the link
        final int perPage = pageSize / Long.BYTES;
        assertThat(pages).as("no page too many")
                .hasSize((int) (listed == 0 ? 0 : listed <= perPage ? 1 : (listed - 2) / (perPage - 1) + 1));
        assertThat(pointer.listBytes()).isEqualTo((listed + Math.max(0, pages.size() - 1)) * Long.BYTES);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldDescribeEachPieceWherePagesAreScattered(final int seed) {
        final Pieces pieces = Pieces.scattered(new Random(seed), PAGE);

        final DataPointer pointer = PrpList.build(pieces.cursor(), PAGE, () -> page(PAGE));

        assertThat(walk(pointer, pieces.length(), PAGE)).isEqualTo(pieces.pages(PAGE));
        assertThat(pointer.descriptors()).isEqualTo(pieces.pages(PAGE).size());
    }

    @Test
    void shouldRefuseAGapInsideAPage() {
        final Pieces endsInside = new Pieces(List.of(new long[] {0x10000, 3 * PAGE - 512}, new long[] {0x40000, PAGE}));
        final Pieces beginsInside = new Pieces(List.of(new long[] {0x10000, PAGE}, new long[] {0x40200, PAGE}));

        assertThatIllegalArgumentException().isThrownBy(() -> PrpList.build(endsInside.cursor(), PAGE, () -> page(PAGE)))
                .withMessageContaining("at 0x12e00: use an SGL");
        assertThatIllegalArgumentException().isThrownBy(() -> PrpList.build(beginsInside.cursor(), PAGE, () -> page(PAGE)))
                .withMessageContaining("at 0x40200: use an SGL");
    }

    static IntStream seeds() {
        return IntStream.range(0, 300);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldDescribeEachTransfer(final int seed) {
        final Random random = new Random(seed);
        final int pageSize = PAGE << random.nextInt(3);
        final long address = (random.nextLong() >>> 20) / 4 * 4;
        final long length = 512L * (1 + random.nextInt(1 << random.nextInt(17)));
        check(address, length, pageSize);
    }

    @Test
    void shouldBeRightWhereAListIsJustFull() {
        for (int pagesInAll = 1; pagesInAll < 2100; pagesInAll++) {
            if (pagesInAll < 5 || Math.abs(pagesInAll % 511 - 3) < 4) {
                check(1 << 30, (long) pagesInAll * PAGE, PAGE);
                check((1 << 30) + 4, (long) pagesInAll * PAGE, PAGE);
                check((1 << 30) + PAGE - 4, (long) pagesInAll * PAGE, PAGE);
            }
        }
    }

    /** 32 MiB are 8192 pages: one entry in the command, 8191 in the list, and a link at the end of each of its pages but the last. */
    @Test
    void shouldTakeSeventeenPagesForThirtyTwoMebibytes() {
        check(1 << 30, 32 << 20, PAGE);
        assertThat(pages).hasSize(17);
    }
}
