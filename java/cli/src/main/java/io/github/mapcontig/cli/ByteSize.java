// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.TypeConversionException;

/**
 * A size as people write it.
 *
 * @param bytes greater than 0
 */
record ByteSize(long bytes) {
    private static final Pattern FORM = Pattern.compile("(\\d+)\\s*([KMGT]?)(?:i?B)?", Pattern.CASE_INSENSITIVE);
    private static final int BITS_PER_UNIT = 10;

    /**
     * Reads a size.
     *
     * @param text such as {@code 4096}, {@code 64M} or {@code 1GiB}; units are powers of 1024
     * @return the size
     */
    static ByteSize parse(final String text) {
        final Matcher matcher = FORM.matcher(text.strip());
        if (!matcher.matches()) {
            throw new TypeConversionException("'" + text + "' is no size: write bytes, or a number with K, M, G or T");
        }
        final int unit = " KMGT".indexOf(matcher.group(2).isEmpty() ? " " : matcher.group(2).toUpperCase(Locale.ROOT));
        try {
            final long bytes = Math.multiplyExact(Long.parseLong(matcher.group(1)), 1L << BITS_PER_UNIT * unit);
            if (bytes == 0) {
                throw new TypeConversionException("a size is greater than 0");
            }
            return new ByteSize(bytes);
        } catch (final ArithmeticException | NumberFormatException e) {
            throw new TypeConversionException("'" + text + "' is more than 2^63 bytes");
        }
    }
}
