// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Ranges of addresses, start to length, that do not overlap: exact also when a part of one goes away. */
final class Ranges {
    private Ranges() {
    }

    /** Takes a range away from wherever it is, cutting what overlaps it. */
    static void remove(final TreeMap<Long, Long> ranges, final long start, final long length) {
        final long end = start + length;
        for (final Map.Entry<Long, Long> range : List.copyOf(ranges.headMap(end).entrySet())) {
            final long rangeEnd = range.getKey() + range.getValue();
            if (rangeEnd <= start) {
                continue;
            }
            ranges.remove(range.getKey());
            if (range.getKey() < start) {
                ranges.put(range.getKey(), start - range.getKey());
            }
            if (rangeEnd > end) {
                ranges.put(end, rangeEnd - end);
            }
        }
    }

    /** Puts a range in the place of whatever was there. */
    static void put(final TreeMap<Long, Long> ranges, final long start, final long length) {
        remove(ranges, start, length);
        ranges.put(start, length);
    }

    /** Bytes in all. */
    static long sum(final TreeMap<Long, Long> ranges) {
        return ranges.values().stream().mapToLong(Long::longValue).sum();
    }
}
