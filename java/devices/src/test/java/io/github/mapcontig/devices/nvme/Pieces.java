// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.devices.nvme;

import io.github.mapcontig.AddressKind;
import io.github.mapcontig.ContiguousBuffer;
import io.github.mapcontig.devices.pci.DmaMapping;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Memory that is only addresses, for tests of lists.
 *
 * @param pieces address and length of each
 */
record Pieces(List<long[]> pieces) implements DmaMapping {
    static Pieces of(final long address, final long length) {
        return new Pieces(List.of(new long[] {address, length}));
    }

    /** Runs of whole pages, of which the first may lack its beginning and the last its end. */
    static Pieces scattered(final Random random, final int pageSize) {
        final List<long[]> pieces = new ArrayList<>();
        final int count = 1 + random.nextInt(1 << random.nextInt(11));
        for (int i = 0; i < count; i++) {
            // Apart from each other: two of them are never neighbors
            pieces.add(new long[] {(i * 64L + 1 + random.nextInt(8)) * pageSize, (1L + random.nextInt(3)) * pageSize});
        }
        final int lead = random.nextInt(pageSize / 4) * 4;
        pieces.get(0)[0] += lead;
        pieces.get(0)[1] -= lead;
        final long[] last = pieces.get(count - 1);
        last[1] -= random.nextInt((int) Math.min(pageSize, last[1]) / 4) * 4;
        return new Pieces(pieces);
    }

    long length() {
        return pieces.stream().mapToLong(piece -> piece[1]).sum();
    }

    DataCursor cursor() {
        return new DataCursor(this, 0, length());
    }

    /** Where each page of it, or part of one, begins. */
    List<Long> pages(final int pageSize) {
        final List<Long> pages = new ArrayList<>();
        for (final long[] piece : pieces) {
            for (long at = piece[0]; at < piece[0] + piece[1]; at = at / pageSize * pageSize + pageSize) {
                pages.add(at);
            }
        }
        return pages;
    }

    private long[] at(final long offset) {
        long start = 0;
        for (final long[] piece : pieces) {
            if (offset < start + piece[1]) {
                return new long[] {piece[0] + offset - start, start + piece[1] - offset};
            }
            start += piece[1];
        }
        throw new IndexOutOfBoundsException("offset " + offset);
    }

    @Override
    public ContiguousBuffer buffer() {
        throw new AssertionError("only addresses are needed");
    }

    @Override
    public long address(final long offset) {
        return at(offset)[0];
    }

    @Override
    public long contiguousFrom(final long offset) {
        return at(offset)[1];
    }

    @Override
    public AddressKind addressKind() {
        return AddressKind.PHYSICAL;
    }

    @Override
    public void close() {
        // nothing to do
    }
}
