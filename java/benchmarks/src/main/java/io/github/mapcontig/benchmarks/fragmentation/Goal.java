// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.benchmarks.fragmentation;

import io.github.mapcontig.internal.platform.Sizes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the project set out to reach, and what was measured.
 *
 * @param wanted   the goal in words
 * @param measured the result in words
 * @param verdict  whether it was reached
 */
record Goal(String wanted, String measured, Verdict verdict) {
    /** A rate can be what was wanted in a few attempts and say little. */
    enum Verdict {
        REACHED("reached"), REACHED_HERE("reached in these attempts, too few to be sure"), MISSED("**missed**"),
        /** No allocator finds what is not there. */
        NO_RANGE("**missed**: there was no range"),
        /** A goal below what clearing the memory costs by a memset. */
        BELOW_FLOOR("**missed**: it is less than a memset takes");

        private final String text;

        Verdict(final String text) {
            this.text = text;
        }

        static Verdict of(final boolean reached) {
            return reached ? REACHED : MISSED;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    private static final long MIB = 1L << 20;
    private static final String SEARCH = "contig-search";
    private static final String RESERVE = "contig-reserve";
    private static final String HEAP = "dma-heap";
    private static final String MEMSET = "memset p50 ns";
    private static final double TIMES = 15;

    /** Successes wanted at 50 % free memory, by size. */
    private static final Map<Long, Double> RATES = new TreeMap<>(Map.of(2 * MIB, 0.999, 64 * MIB, 0.99, 256 * MIB, 0.9, 1024 * MIB, 0.5));

    /** Those that this run says anything about. */
    static List<Goal> of(final Measurements measurements) {
        final List<Goal> goals = new ArrayList<>();
        for (final String state : measurements.states()) {
            if (state.startsWith("half")) {
                RATES.forEach((size, rate) -> measurements.cell(state, SEARCH, size).ifPresent(cell -> goals.add(rate(cell, rate,
                        measurements.failures().stream().filter(failure -> failure.isOf(cell)).toList()))));
            }
            final List<Cell> reserve = measurements.measured().stream()
                    .filter(cell -> cell.state().equals(state) && cell.allocator().equals(RESERVE)).toList();
            if (!reserve.isEmpty()) {
                goals.add(neverFails(reserve));
            }
            reserve.forEach(ours -> measurements.cell(state, HEAP, ours.size()).flatMap(heap -> tail(ours, heap)).ifPresent(goals::add));
        }
        return goals;
    }

    private static Goal rate(final Cell cell, final double rate, final List<Failure> failures) {
        final long without = failures.stream().filter(failure -> !failure.hadRange()).count();
        return new Goal(text("%s: %s by MAP_CONTIG in %.1f %% of attempts", cell.state(), Sizes.exact(cell.size()), 100 * rate),
                text("%d of %d, %.1f %% (95 %% sure of %.1f %%)", cell.ok(), cell.attempts(), 100 * cell.rate(),
                        100 * cell.number("rate at least").orElse(0))
                        + (failures.isEmpty() ? "" : text("; in %d of %d failures every range had pages in it that can not be moved", without,
                                failures.size())),
                verdict(cell, rate, without));
    }

    private static Verdict verdict(final Cell cell, final double rate, final long withoutRange) {
        if (cell.number("rate at least").orElse(0) >= rate) {
            return Verdict.REACHED;
        }
        if (cell.rate() >= rate) {
            return Verdict.REACHED_HERE;
        }
        return withoutRange == cell.attempts() - cell.ok() ? Verdict.NO_RANGE : Verdict.MISSED;
    }

    private static Goal neverFails(final List<Cell> cells) {
        final long attempts = cells.stream().mapToLong(Cell::attempts).sum();
        final long failures = attempts - cells.stream().mapToLong(Cell::ok).sum();
        return new Goal("from the reserve, under pressure: no failure", text("%d of %d failed", failures, attempts),
                Verdict.of(failures == 0));
    }

    /**
     * Nothing can be said where one of them never succeeded. What a dma-heap gives is not mapped yet, so both times are told; the goal
     * is about the allocation. Memory is cleared in it, so a goal below the time of a memset is told apart.
     */
    private static Optional<Goal> tail(final Cell ours, final Cell heap) {
        if (ours.ok() == 0 || heap.ok() == 0) {
            return Optional.empty();
        }
        return Optional.of(new Goal(text("%s from the reserve: p99 at least %.0f times below the dma-heap's", Sizes.exact(ours.size()), TIMES),
                text("%.1f times (%s and %s); until mapped %.1f times; a memset %s", heap.times(ours, "p99 ns"),
                        milliseconds(ours, "p99 ns"), milliseconds(heap, "p99 ns"), heap.times(ours, "mapped p99 ns"), milliseconds(ours, MEMSET)),
                verdict(ours, heap)));
    }

    private static Verdict verdict(final Cell ours, final Cell heap) {
        if (heap.times(ours, "p99 ns") >= TIMES) {
            return Verdict.REACHED;
        }
        return heap.number("p99 ns").orElseThrow() / TIMES < ours.number(MEMSET).orElseThrow() ? Verdict.BELOW_FLOOR : Verdict.MISSED;
    }

    private static String milliseconds(final Cell cell, final String column) {
        return text("%.1f ms", cell.millis(column).orElseThrow());
    }

    private static String text(final String format, final Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
