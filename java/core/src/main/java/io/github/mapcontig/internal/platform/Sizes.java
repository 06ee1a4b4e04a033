// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.internal.platform;

import java.util.Locale;

/** Writes sizes and addresses for people. */
public final class Sizes {
    private static final String[] UNITS = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    private static final long STEP = 1024;

    private Sizes() {
    }

    /**
     * A size in the largest unit that gives a whole number, so that nothing is lost.
     *
     * @param bytes 0 or more
     * @return such as {@code 64 MiB} or {@code 4097 bytes}
     */
    public static String exact(final long bytes) {
        long value = bytes;
        int unit = -1;
        while (value != 0 && value % STEP == 0 && unit < UNITS.length - 1) {
            value /= STEP;
            unit++;
        }
        return unit < 0 ? bytes + " bytes" : value + " " + UNITS[unit];
    }

    /**
     * A size rounded to one decimal, for quantities whose last bytes do not matter.
     *
     * @param bytes 0 or more
     * @return such as {@code 3.8 GiB}
     */
    public static String rounded(final long bytes) {
        double value = bytes;
        int unit = -1;
        while (value >= STEP && unit < UNITS.length - 1) {
            value /= STEP;
            unit++;
        }
        return unit < 0 ? bytes + " bytes" : String.format(Locale.ROOT, "%.1f %s", value, UNITS[unit]);
    }

    /**
     * A range of addresses.
     *
     * @param start  first address
     * @param length bytes, greater than 0
     * @return first and last address, such as {@code 0x100000-0x1fffff}
     */
    public static String range(final long start, final long length) {
        return "0x" + Long.toHexString(start) + "-0x" + Long.toHexString(start + length - 1);
    }
}
