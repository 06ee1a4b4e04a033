// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli.memory;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** What all page frames of the machine are used for, as runs of the same kind. Immutable. */
public final class PhysicalMap {
    private static final PageKind[] KINDS = PageKind.values();

    private final long pageSize;
    private final long[] starts;
    private final byte[] kinds;

    private PhysicalMap(final long pageSize, final long[] starts, final byte[] kinds) {
        this.pageSize = pageSize;
        this.starts = starts;
        this.kinds = kinds;
    }

    /**
     * Bytes in a page.
     *
     * @return the page size
     */
    public long pageSize() {
        return pageSize;
    }

    /**
     * How many runs there are.
     *
     * @return the number
     */
    public int runs() {
        return kinds.length;
    }

    /**
     * Where a run starts.
     *
     * @param run from 0 to {@link #runs()}; the latter starts behind the last page frame
     * @return physical address
     */
    public long start(final int run) {
        return starts[run] * pageSize;
    }

    /**
     * What the pages of a run are used for.
     *
     * @param run from 0 to {@link #runs()} - 1
     * @return the kind
     */
    public PageKind kind(final int run) {
        return KINDS[kinds[run]];
    }

    /**
     * The run that an address is in.
     *
     * @param address physical address, not behind the last page frame
     * @return number of the run
     */
    public int runAt(final long address) {
        final int found = Arrays.binarySearch(starts, address / pageSize);
        return found >= 0 ? found : -found - 2;
    }

    /**
     * How much there is of each kind.
     *
     * @return bytes, for every kind that occurs
     */
    public Map<PageKind, Long> totals() {
        final Map<PageKind, Long> totals = new EnumMap<>(PageKind.class);
        for (int run = 0; run < runs(); run++) {
            totals.merge(kind(run), start(run + 1) - start(run), Long::sum);
        }
        return totals;
    }

    /**
     * The longest run of one kind.
     *
     * @param kind the kind
     * @return bytes; 0 if there is none
     */
    public long longest(final PageKind kind) {
        long longest = 0;
        for (int run = 0; run < runs(); run++) {
            longest = kind(run) == kind ? Math.max(longest, start(run + 1) - start(run)) : longest;
        }
        return longest;
    }

    /** Collects page frames in ascending order. Not thread-safe. */
    public static final class Builder {
        private static final int FIRST_CAPACITY = 1024;

        private final Optional<FrameSet.Cursor> ram;
        private final FrameSet.Cursor reserve;
        private final FrameSet.Cursor ours;
        private long[] starts = new long[FIRST_CAPACITY];
        private byte[] kinds = new byte[FIRST_CAPACITY];
        private int runs;
        private long frame;

        /**
         * Starts at page frame 0.
         *
         * @param ram     page frames of RAM, if that is known: all others are shown as {@link PageKind#HOLE}
         * @param reserve page frames of reserves
         * @param ours    page frames to be shown as {@link PageKind#OURS}
         */
        public Builder(final Optional<FrameSet> ram, final FrameSet reserve, final FrameSet ours) {
            this.ram = ram.map(FrameSet::cursor);
            this.reserve = reserve.cursor();
            this.ours = ours.cursor();
        }

        /**
         * Takes the next page frames.
         *
         * @param words of /proc/kpageflags
         * @param count how many of them, from index 0
         */
        public void add(final long[] words, final int count) {
            for (int i = 0; i < count; i++, frame++) {
                PageKind kind = ram.isPresent() && !ram.get().contains(frame) ? PageKind.HOLE : PageKind.of(words[i]);
                kind = reserve.contains(frame) && kind == PageKind.FREE ? PageKind.RESERVE : kind;
                kind = ours.contains(frame) ? PageKind.OURS : kind;
                if (runs == 0 || kinds[runs - 1] != kind.ordinal()) {
                    startRun(kind);
                }
            }
        }

        private void startRun(final PageKind kind) {
            if (runs == kinds.length) {
                starts = Arrays.copyOf(starts, 2 * runs);
                kinds = Arrays.copyOf(kinds, 2 * runs);
            }
            starts[runs] = frame;
            kinds[runs] = (byte) kind.ordinal();
            runs++;
        }

        /**
         * Ends with the last page frame.
         *
         * @param pageSize bytes in a page
         * @return the map
         */
        public PhysicalMap build(final long pageSize) {
            final long[] all = Arrays.copyOf(starts, runs + 1);
            all[runs] = frame;
            return new PhysicalMap(pageSize, all, Arrays.copyOf(kinds, runs));
        }
    }
}
