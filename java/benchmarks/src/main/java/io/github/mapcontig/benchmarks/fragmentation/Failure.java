// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.benchmarks.fragmentation;

import org.apache.commons.csv.CSVRecord;

/**
 * An attempt of the search that found nothing, and of all ranges of its size the one with the fewest pages in the way.
 *
 * @param line its line of {@code blockers.csv}
 */
record Failure(CSVRecord line) {
    String state() {
        return line.get("state");
    }

    /** Bytes. */
    long size() {
        return Long.parseLong(line.get("size"));
    }

    /** Pages of that kind, which is the name of a column. */
    long pages(final String kind) {
        return Long.parseLong(line.get(kind));
    }

    /**
     * Whether there may have been a range without pages that can not be moved, as seen right after the attempt. The kernel's own, which can
     * not be told from free pages on the lists of a CPU, are given the benefit of the doubt.
     */
    boolean hadRange() {
        return line.get("certain").equals("0");
    }

    boolean isOf(final Cell cell) {
        return state().equals(cell.state()) && size() == cell.size();
    }
}
