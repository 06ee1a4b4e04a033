// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli.memory;

import io.github.mapcontig.Extent;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A set of page frames, as runs. Immutable. */
public final class FrameSet {
    /** No page frame. */
    public static final FrameSet EMPTY = new FrameSet(List.of());

    private final List<Run> runs;

    private FrameSet(final List<Run> runs) {
        this.runs = runs;
    }

    /**
     * Page frames one behind the other.
     *
     * @param first number of the first
     * @param end   number behind the last
     */
    public record Run(long first, long end) {
    }

    /**
     * Joins runs in any order, also such that overlap.
     *
     * @param runs the runs
     * @return the set
     */
    public static FrameSet of(final List<Run> runs) {
        final List<Run> joined = new ArrayList<>();
        for (final Run run : runs.stream().sorted(Comparator.comparingLong(Run::first)).toList()) {
            final Run last = joined.isEmpty() ? null : joined.get(joined.size() - 1);
            if (last != null && run.first() <= last.end()) {
                joined.set(joined.size() - 1, new Run(last.first(), Math.max(last.end(), run.end())));
            } else {
                joined.add(run);
            }
        }
        return new FrameSet(List.copyOf(joined));
    }

    /**
     * The page frames of extents.
     *
     * @param extents  the extents
     * @param pageSize bytes in a page
     * @return the set
     */
    public static FrameSet ofExtents(final List<Extent> extents, final long pageSize) {
        return of(extents.stream().map(extent -> new Run(extent.physicalAddress() / pageSize,
                (extent.lastPhysicalAddress() + 1) / pageSize)).toList());
    }

    /**
     * The runs.
     *
     * @return in ascending order; they neither overlap nor touch
     */
    public List<Run> runs() {
        return runs;
    }

    /** Answers for page frames in ascending order, at a cost that does not depend on how many runs there are. */
    public final class Cursor {
        private int next;

        /** Begins before the first page frame. */
        public Cursor() {
            // Written down to be documented
        }

        /**
         * Whether a page frame is in the set.
         *
         * @param frame its number, not less than that of the last call
         * @return true if so
         */
        public boolean contains(final long frame) {
            while (next < runs.size() && runs.get(next).end() <= frame) {
                next++;
            }
            return next < runs.size() && runs.get(next).first() <= frame;
        }
    }

    /**
     * Starts at page frame 0.
     *
     * @return a new cursor, not thread-safe
     */
    public Cursor cursor() {
        return new Cursor();
    }
}
