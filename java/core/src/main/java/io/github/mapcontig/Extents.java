// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

import java.util.ArrayList;
import java.util.List;

/** Lists of extents without gaps, in ascending order of their offsets. */
final class Extents {
    private Extents() {
    }

    /**
     * Finds the extent that holds a byte.
     *
     * @param extents not empty
     * @param offset  of the byte, inside one of them
     * @return its index
     */
    static int indexOf(final List<Extent> extents, final long offset) {
        int low = 0;
        int high = extents.size() - 1;
        while (low < high) {
            final int middle = low + high + 1 >>> 1;
            if (extents.get(middle).offset() <= offset) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    /**
     * Cuts extents where they cross a boundary.
     *
     * @param extents  may be empty
     * @param boundary a power of two of which none shall cross a multiple; 0 for none
     * @return the pieces, as long as possible; unmodifiable
     */
    static List<Extent> cut(final List<Extent> extents, final long boundary) {
        if (boundary == 0) {
            return List.copyOf(extents);
        }
        final List<Extent> pieces = new ArrayList<>();
        for (final Extent extent : extents) {
            for (long offset = 0; offset < extent.length();) {
                final long place = extent.physicalAddress() + offset;
                final long length = Math.min(extent.length() - offset, (place & -boundary) + boundary - place);
                pieces.add(new Extent(extent.offset() + offset, place, length));
                offset += length;
            }
        }
        return List.copyOf(pieces);
    }

    /**
     * Cuts a part out.
     *
     * @param extents may be empty
     * @param start   of the part
     * @param length  bytes, greater than 0
     * @return its extents, with offsets from its start; unmodifiable
     */
    static List<Extent> part(final List<Extent> extents, final long start, final long length) {
        if (extents.isEmpty()) {
            return List.of();
        }
        final List<Extent> part = new ArrayList<>();
        for (int i = indexOf(extents, start); i < extents.size() && extents.get(i).offset() < start + length; i++) {
            final Extent extent = extents.get(i);
            final long from = Math.max(start, extent.offset());
            final long to = Math.min(start + length, extent.endOffset());
            part.add(new Extent(from - start, extent.physicalAddress() + from - extent.offset(), to - from));
        }
        return List.copyOf(part);
    }
}
