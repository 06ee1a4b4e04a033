// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli.memory;

import io.github.mapcontig.Extent;
import java.util.ArrayList;
import java.util.List;

/** How many extents there are of which size, by powers of two. Not thread-safe. */
public final class ExtentHistogram {
    private final long[] counts = new long[Long.SIZE];
    private final long[] bytes = new long[Long.SIZE];
    private long largest;

    /** Begins with no extents. */
    public ExtentHistogram() {
        // Written down to be documented
    }

    /**
     * Extents of {@code atLeast} bytes, but less than twice as much.
     *
     * @param atLeast a power of two
     * @param count   how many
     * @param bytes   all of them together
     */
    public record Class(long atLeast, long count, long bytes) {
    }

    /**
     * Counts extents.
     *
     * @param extents the extents
     */
    public void add(final List<Extent> extents) {
        for (final Extent extent : extents) {
            final int order = Long.SIZE - 1 - Long.numberOfLeadingZeros(extent.length());
            counts[order]++;
            bytes[order] += extent.length();
            largest = Math.max(largest, extent.length());
        }
    }

    /**
     * The size of the largest extent.
     *
     * @return bytes; 0 if there was none
     */
    public long largest() {
        return largest;
    }

    /**
     * The sizes that occur.
     *
     * @return from small to large, without those that do not occur
     */
    public List<Class> classes() {
        final List<Class> classes = new ArrayList<>();
        for (int order = 0; order < counts.length; order++) {
            if (counts[order] > 0) {
                classes.add(new Class(1L << order, counts[order], bytes[order]));
            }
        }
        return classes;
    }
}
