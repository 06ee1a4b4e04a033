// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli.memory;

import io.github.mapcontig.Extent;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * A part of a range that is elsewhere now.
 *
 * @param offset bytes from the start of the range
 * @param length bytes
 * @param before physical address earlier; empty if the part was not present
 * @param after  physical address now; empty if the part is not present
 */
public record Move(long offset, long length, OptionalLong before, OptionalLong after) {
    /**
     * Compares where a range was with where it is.
     *
     * @param before its extents earlier, in ascending order of offset
     * @param after  its extents now
     * @param length bytes in the range
     * @return the parts that are elsewhere, ascending, each as long as both old and new place go on; parts present neither then
     *         nor now are in none
     */
    public static List<Move> between(final List<Extent> before, final List<Extent> after, final long length) {
        final List<Move> moves = new ArrayList<>();
        int b = 0;
        int a = 0;
        for (long offset = 0; offset < length;) {
            while (b < before.size() && before.get(b).endOffset() <= offset) {
                b++;
            }
            while (a < after.size() && after.get(a).endOffset() <= offset) {
                a++;
            }
            final Extent old = b < before.size() ? before.get(b) : null;
            final Extent now = a < after.size() ? after.get(a) : null;
            final long end = Math.min(length, Math.min(nextChange(old, offset, length), nextChange(now, offset, length)));
            final OptionalLong oldPlace = placeAt(old, offset);
            final OptionalLong newPlace = placeAt(now, offset);
            if (!oldPlace.equals(newPlace)) {
                moves.add(new Move(offset, end - offset, oldPlace, newPlace));
            }
            offset = end;
        }
        return List.copyOf(moves);
    }

    private static long nextChange(final Extent extent, final long offset, final long length) {
        return extent == null ? length : extent.offset() > offset ? extent.offset() : extent.endOffset();
    }

    private static OptionalLong placeAt(final Extent extent, final long offset) {
        return extent == null || extent.offset() > offset ? OptionalLong.empty()
                : OptionalLong.of(extent.physicalAddress() + offset - extent.offset());
    }
}
