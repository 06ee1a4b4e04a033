// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.benchmarks.fragmentation;

import io.github.mapcontig.internal.platform.Sizes;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.commons.csv.CSVRecord;

/** The report as Markdown. */
final class Page {
    private static final double PERCENT = 100;
    private static final double MIB = 1 << 20;
    private static final double PAGES_PER_MIB = 256;
    private static final List<String> BLOCKING = List.of("pinned", "unevictable", "hugetlb", "slab", "page table", "kernel", "reserved");

    private final Measurements measurements;
    private final Machine machine;
    private final Optional<Repeat> repeat;

    Page(final Measurements measurements, final Machine machine, final Optional<Repeat> repeat) {
        this.measurements = measurements;
        this.machine = machine;
        this.repeat = repeat;
    }

    String text(final Map<String, String> pictures) throws IOException {
        final String shown = pictures.entrySet().stream().map(picture -> "![" + picture.getValue() + "](" + picture.getKey() + ")\n")
                .collect(Collectors.joining("\n"));
        return String.join("\n", head(), goals(), shown, states(), cells(), blockers(), repeat.map(Repeat::text).orElse(""), leftOut(), machine());
    }

    private static String head() {
        return """
                <!-- SPDX-License-Identifier: Apache-2.0 -->
                # Contiguous memory from fragmented memory

                Made by `vagrant/vm bench`. Each state of memory has a guest of its own, which `native/tools/fragment` brings there, and in which
                `native/tools/measure` asks allocators for memory and proves what comes from `/proc/self/pagemap` (of a dma-heap: from the
                area's counter). Holes are made anew before each round of attempts. Times are those of an emulator: only ratios within
                one run say anything.
                """;
    }

    private String goals() {
        return "## Goals\n\n| goal | measured | |\n|---|---|---|\n" + Goal.of(measurements).stream()
                .map(goal -> String.format(Locale.ROOT, "| %s | %s | %s |%n", goal.wanted(), goal.measured(), goal.verdict())).collect(Collectors.joining());
    }

    /** As it was before the first attempts. */
    private String states() throws IOException {
        final Map<String, CSVRecord> first = new TreeMap<>();
        measurements.lines("states.csv").forEach(line -> first.putIfAbsent(line.get("state"), line));
        return """
                ## States

                | state | memory | free | page cache | anonymous | unmovable | pageblocks with unmovable pages | longest free run | longest movable run | \
                free memory unusable for 2 MiB |
                |---|---:|---:|---:|---:|---:|---:|---:|---:|---:|
                """ + measurements.states().stream().map(first::get).map(Page::state).collect(Collectors.joining());
    }

    private static String state(final CSVRecord line) {
        final double total = Double.parseDouble(line.get("total"));
        return String.format(Locale.ROOT, "| %s | %.0f MiB | %.1f %% | %.1f %% | %.1f %% | %.1f %% | %s of %s | %.1f MiB | %.1f MiB | %.1f %% |%n",
                line.get("state"), total / MIB, PERCENT * number(line, "free") / total, PERCENT * number(line, "cached") / total,
                PERCENT * number(line, "anonymous") / total, PERCENT * number(line, "unmovable share"), line.get("pageblocks blocked"),
                line.get("pageblocks"), number(line, "largest free run") / MIB, number(line, "largest movable run") / MIB,
                PERCENT * number(line, "unusable order 9"));
    }

    private static double number(final CSVRecord line, final String column) {
        return Double.parseDouble(line.get(column));
    }

    private String cells() {
        return """
                ## Allocations

                Milliseconds; behind the median and p99 how many times the median of a memset of that size in the same run. p99.9 is the
                maximum where there were less than a thousand. A stall is the longest time in which another thread, which takes a page
                each millisecond, was held up. "Mapped" is until each page can be used, where that is more than the allocation. A dma-heap
                clears its memory with the kernel's memset, MAP_CONTIG with clear_page: different instructions, whose times in an emulator are
                not to each other as on a processor.

                | state | allocator | size | contiguous | p50 | p99 | p99.9 | max | mapped p50 | mapped p99 | time to fail: p50, max | \
                stall p99, max | beside memset | OOM kills |
                |---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|
                """ + measurements.measured().stream().map(Page::cell).collect(Collectors.joining());
    }

    private static String cell(final Cell cell) {
        final boolean mappedLater = !cell.number("mapped p50 ns").equals(cell.number("p50 ns"));
        return String.join(" | ", "| " + cell.state(), cell.allocator(), Sizes.exact(cell.size()),
                cell.ok() + " of " + cell.attempts(), against(cell, "p50"), against(cell, "p99"), millis(cell.millis("p99.9 ns")),
                millis(cell.millis("max ns")), mappedLater ? millis(cell.millis("mapped p50 ns")) : "",
                mappedLater ? millis(cell.millis("mapped p99 ns")) : "",
                pair(cell, "failed p50 ns", "failed max ns"), pair(cell, "stall p99 ns", "stall max ns"),
                pair(cell, "memset stall p99 ns", "memset stall max ns"), cell.line().get("oom kills")) + " |\n";
    }

    private static String against(final Cell cell, final String percentile) {
        final OptionalDouble times = cell.number(percentile + " of memset");
        return times.isEmpty() ? "" : millis(cell.millis(percentile + " ns")) + String.format(Locale.ROOT, " (%.2f)", times.getAsDouble());
    }

    private static String pair(final Cell cell, final String one, final String other) {
        return cell.number(one).isEmpty() ? "" : millis(cell.millis(one)) + ", " + millis(cell.millis(other));
    }

    private static String millis(final OptionalDouble value) {
        return value.isEmpty() ? "" : String.format(Locale.ROOT, value.getAsDouble() < 10 ? "%.2f" : "%.0f", value.getAsDouble());
    }

    /** Of the failures of one state and size the one with the most in the way would say nothing: all of them, on average. */
    private String blockers() {
        final List<Failure> failures = measurements.failures();
        if (failures.isEmpty()) {
            return "";
        }
        final Map<String, List<Failure>> groups = failures.stream().collect(Collectors.groupingBy(
                failure -> failure.state() + " | " + Sizes.exact(failure.size()), TreeMap::new, Collectors.toList()));
        return "## What was in the way\n\nOf the attempts in which the search found no range: those in which each range of that size had pages in it"
                + " that can not be\nmoved, so that there was nothing to find; and of the range with the fewest of them what these were, in MiB on average."
                + " None in the way\nmeans that moving failed, or had no room. Kernel pages"
                + " are not counted against a range: free pages on the lists of a CPU look the same.\n\n"
                + "| state | size | failures | without any range | in the way | " + String.join(" | ", BLOCKING) + " |\n|---|---:|---:|---:|---:|"
                + "---:|".repeat(BLOCKING.size()) + "\n" + groups.entrySet().stream()
                .map(group -> "| " + group.getKey() + " | " + group.getValue().size() + " | "
                        + group.getValue().stream().filter(failure -> !failure.hadRange()).count() + " | " + mean(group.getValue(), "blocking") + " | "
                        + BLOCKING.stream().map(column -> mean(group.getValue(), column)).collect(Collectors.joining(" | ")) + " |\n")
                .collect(Collectors.joining());
    }

    private static String mean(final List<Failure> failures, final String column) {
        return String.format(Locale.ROOT, "%.2f",
                failures.stream().mapToLong(failure -> failure.pages(column)).average().orElse(0) / PAGES_PER_MIB);
    }

    private String leftOut() {
        final Map<String, String> reasons = new TreeMap<>(measurements.leftOut().stream().collect(Collectors.groupingBy(Cell::leftOut,
                Collectors.mapping(cell -> cell.allocator() + " " + Sizes.exact(cell.size()), Collectors.collectingAndThen(
                        Collectors.toCollection(TreeSet::new), names -> String.join(", ", names))))));
        return "## Left out\n\n" + reasons.entrySet().stream().map(reason -> "- " + reason.getKey() + ": " + reason.getValue() + "\n")
                .collect(Collectors.joining());
    }

    private String machine() {
        return "## Machine, and again\n\n" + machine.lines().stream().map(line -> "- " + line + "\n").collect(Collectors.joining())
                + "\n" + machine.lines("command").stream().map(command -> "    " + command + "\n").collect(Collectors.joining());
    }
}
