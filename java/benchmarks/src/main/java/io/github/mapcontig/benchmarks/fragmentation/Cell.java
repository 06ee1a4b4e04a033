// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.benchmarks.fragmentation;

import java.util.OptionalDouble;
import org.apache.commons.csv.CSVRecord;

/**
 * What is known of one allocator and size in one state of memory: a line of summary.csv.
 *
 * @param state     name of the state
 * @param allocator name of the allocator
 * @param size      bytes of one piece
 * @param attempts  how often it was asked for; 0 if it was left out
 * @param ok        how often contiguous memory came
 * @param lies      how often memory came as contiguous that is not
 * @param leftOut   why it was not asked, or empty
 * @param line      all of the line
 */
record Cell(String state, String allocator, long size, long attempts, long ok, long lies, String leftOut, CSVRecord line) {
    private static final double NANOS_PER_MILLI = 1e6;

    static Cell of(final CSVRecord line) {
        return new Cell(line.get("state"), line.get("allocator"), Long.parseLong(line.get("size")), Long.parseLong(line.get("attempts")),
                Long.parseLong(line.get("ok")), Long.parseLong(line.get("lies")), line.get("left out"), line);
    }

    boolean isMeasured() {
        return attempts > 0;
    }

    /** Successes of all attempts, from 0 to 1. */
    double rate() {
        return (double) ok / attempts;
    }

    /** A column that may be empty, such as a percentile of nothing. */
    OptionalDouble number(final String column) {
        final String text = line.get(column);
        return text.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(Double.parseDouble(text));
    }

    /** How many times the other's column this one's is, where both succeeded. */
    double times(final Cell other, final String column) {
        return number(column).orElseThrow() / other.number(column).orElseThrow();
    }

    /** A time in milliseconds. */
    OptionalDouble millis(final String column) {
        final OptionalDouble nanos = number(column);
        return nanos.isPresent() ? OptionalDouble.of(nanos.getAsDouble() / NANOS_PER_MILLI) : nanos;
    }
}
