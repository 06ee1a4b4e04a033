// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.devices.nvme;

import java.util.function.Supplier;

/**
 * Describes a transfer piece by piece (Base 4.1.2). One piece is described in the command. Where there are more, the command has the
 * address and length of a segment: contiguous memory with descriptors, the last of which is that of the next segment, if there is one.
 *
 * <p>Segments are longer than a page, which they may be: QEMU (7.2.22) refuses the third of three segments of a page each, as it takes
 * the type of one's last descriptor for that of the one before.
 */
final class SglList {
    /** Bytes of a segment: 1024 descriptors, which are 4 MiB in scattered pages, and as many as QEMU takes for a command. */
    static final int SEGMENT_SIZE = 1 << 14;

    private SglList() {
    }

    /**
     * Builds the list.
     *
     * @param data        what to describe
     * @param segmentSize bytes of a segment
     * @param segments    gives them
     * @return the descriptor for the command
     */
    static DataPointer build(final DataCursor data, final int segmentSize, final Supplier<ListPage> segments) {
        if (data.run() == data.left()) {
            return DataPointer.sgl(data.address(), data.left());
        }
        final int perSegment = segmentSize / SglDescriptor.SIZE;
        long blocks = 0;
        long listed = 0;
        long first = 0;
        long second = 0;
        ListPage previous = null;
        while (data.left() > 0) {
            final ListPage segment = segments.get();
            final int filled = fill(segment, data, perSegment);
            final boolean last = data.left() == 0;
            final long descriptor = SglDescriptor.segment(last ? filled : filled + 1, last);
            if (previous == null) {
                first = segment.address();
                second = descriptor;
            } else {
                previous.put(perSegment - 1, segment.address(), descriptor);
            }
            previous = segment;
            blocks += filled;
            listed += last ? filled : filled + 1;
        }
        return DataPointer.sglList(first, second, blocks, listed * SglDescriptor.SIZE);
    }

    /** As many as fit: the last place in a segment is for the next segment, unless the last piece fits there. */
    private static int fill(final ListPage segment, final DataCursor data, final int perSegment) {
        int index = 0;
        while (data.left() > 0 && (index < perSegment - 1 || index == perSegment - 1 && data.run() == data.left())) {
            segment.put(index++, data.address(), SglDescriptor.dataBlock(data.run()));
            data.skip(data.run());
        }
        return index;
    }
}
