// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli.doctor;

import io.github.mapcontig.internal.platform.Sizes;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How finely free memory is divided.
 *
 * @param free bytes in the page allocator
 * @param huge bytes of it in blocks of 2 MiB or more
 */
record BuddyInfo(long free, long huge) {
    /** Below that share, memory is called fragmented. */
    static final double FRAGMENTED = 0.5;

    private static final long HUGE_PAGE = 2L << 20;
    private static final Pattern LINE = Pattern.compile("Node \\d+, zone\\s+\\S+((?:\\s+\\d+)+)\\s*");
    private static final double PERCENT = 100;

    /** Reads /proc/buddyinfo: each line has the number of free blocks of 1, 2, 4, 8 ... pages. */
    static BuddyInfo parse(final String text, final long pageSize) {
        long free = 0;
        long huge = 0;
        for (final String line : text.split("\n")) {
            final Matcher matcher = LINE.matcher(line);
            if (matcher.matches()) {
                long block = pageSize;
                for (final String count : matcher.group(1).strip().split("\\s+")) {
                    final long bytes = Long.parseLong(count) * block;
                    free += bytes;
                    huge += block >= HUGE_PAGE ? bytes : 0;
                    block *= 2;
                }
            }
        }
        return new BuddyInfo(free, huge);
    }

    /** Which part is in blocks that can become huge pages, from 0 to 1. */
    double hugeShare() {
        return free == 0 ? 0 : (double) huge / free;
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%s free, %.0f%% of it in blocks of 2 MiB or more", Sizes.rounded(free),
                PERCENT * hugeShare());
    }
}
