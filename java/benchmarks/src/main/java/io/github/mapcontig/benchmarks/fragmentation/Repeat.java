// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.benchmarks.fragmentation;

import io.github.mapcontig.internal.platform.Sizes;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/**
 * How far the figures of two runs of the same states lie apart.
 *
 * @param name of the other run
 * @param pairs what both have measured
 */
record Repeat(String name, List<Pair> pairs) {
    /** Fewer attempts than this make no median that could be expected again. */
    private static final int ENOUGH = 30;

    static Repeat of(final Measurements run, final String name, final Measurements other) {
        return new Repeat(name, run.measured().stream().flatMap(cell -> other.cell(cell.state(), cell.allocator(), cell.size())
                .map(again -> new Pair(cell, again)).stream()).toList());
    }

    /** The section of the report. */
    String text() {
        final double[] all = apart(0);
        final double[] many = apart(ENOUGH);
        return "## Another run\n\n" + String.format(Locale.ROOT, """
                The same states measured in another run, %s. Of %d pairs of rates %d agree: each is at least what the other run is 95 %% sure of.
                The medians of times over memset lie apart by a factor of %s; with at least %d successes in both runs, %s.

                """, name, pairs.size(), pairs.stream().filter(Pair::agrees).count(), spread(all), ENOUGH, spread(many))
                + "| state | allocator | size | contiguous | other run | rates agree | p50 over memset | other run | apart |\n"
                + "|---|---|---:|---:|---:|---|---:|---:|---:|\n"
                + pairs.stream().map(Pair::row).collect(Collectors.joining());
    }

    private double[] apart(final int successes) {
        return pairs.stream().filter(pair -> Math.min(pair.cell.ok(), pair.again.ok()) >= successes).map(Pair::apart)
                .filter(OptionalDouble::isPresent).mapToDouble(OptionalDouble::getAsDouble).sorted().toArray();
    }

    private static String spread(final double[] sorted) {
        return sorted.length == 0 ? "nothing that could be told" : String.format(Locale.ROOT, "%.2f in the middle and %.2f at most (%d pairs)",
                sorted[sorted.length / 2], sorted[sorted.length - 1], sorted.length);
    }

    /** One allocator and size in one state, in both runs. */
    record Pair(Cell cell, Cell again) {
        private static final String MEDIAN = "p50 of memset";

        boolean agrees() {
            return cell.rate() >= again.number("rate at least").orElse(0) && again.rate() >= cell.number("rate at least").orElse(0);
        }

        /** The larger over the smaller, where both runs had a success. */
        OptionalDouble apart() {
            if (cell.ok() == 0 || again.ok() == 0) {
                return OptionalDouble.empty();
            }
            final double factor = cell.times(again, MEDIAN);
            return OptionalDouble.of(Math.max(factor, 1 / factor));
        }

        String row() {
            return String.join(" | ", "| " + cell.state(), cell.allocator(), Sizes.exact(cell.size()), rate(cell), rate(again), agrees() ? "yes" : "**no**",
                    factor(cell.number(MEDIAN)), factor(again.number(MEDIAN)), factor(apart())) + " |\n";
        }

        private static String rate(final Cell cell) {
            return cell.ok() + " of " + cell.attempts();
        }

        private static String factor(final OptionalDouble value) {
            return value.isEmpty() ? "" : String.format(Locale.ROOT, "%.2f", value.getAsDouble());
        }
    }
}
