// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.benchmarks.counts;

import io.github.mapcontig.benchmarks.Plot;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.csv.CSVRecord;
import org.knowm.xchart.CategoryChart;

/**
 * What {@code native/target/cost vfio} has written, as charts. A kind of memory has a line with its name and the instructions to map it,
 * and under it, indented, a line for each other number.
 */
final class IommuCharts {
    private static final double MILLION = 1e6;
    private static final String MAP = "";

    private final Map<String, Map<String, Double>> kinds = new LinkedHashMap<>();

    private IommuCharts(final List<CSVRecord> lines) {
        Map<String, Double> kind = Map.of();
        for (final CSVRecord line : lines) {
            final String what = line.get("what");
            final boolean head = !what.startsWith(" ");
            if (head) {
                kind = kinds.computeIfAbsent(what, name -> new LinkedHashMap<>());
            }
            kind.put(head ? MAP : what.strip(), Double.parseDouble(line.get("median")));
        }
    }

    static List<CategoryChart> of(final List<CSVRecord> lines) {
        final IommuCharts charts = new IommuCharts(lines);
        final CategoryChart instructions = Plot.bars("Instructions to map and unmap 1 GiB for a device behind an IOMMU", "", "millions");
        Plot.turnLabels(instructions);
        charts.add(instructions, "map", MILLION, MAP);
        charts.add(instructions, "unmap", MILLION, "unmap of it");
        final CategoryChart work = Plot.logarithmicPoints("What the IOMMU is told for 1 GiB (no point: none)", "");
        charts.add(work, "iommu:map events", 1, "iommu:map events");
        charts.add(work, "page table entries", 1, "entries of 4 KiB, by the rule", "entries of 2 MiB, by the rule",
                "entries of 1 GiB, by the rule");
        charts.add(work, "pages of page tables", 1, "pages of page tables");
        return List.of(instructions, work);
    }

    /** A series of the sums of these numbers. */
    private void add(final CategoryChart chart, final String name, final double unit, final String... numbers) {
        final List<Double> values = new ArrayList<>();
        kinds.forEach((kind, found) -> {
            double sum = 0;
            for (final String number : numbers) {
                if (!found.containsKey(number)) {
                    throw new IllegalArgumentException("of \"" + kind + "\" there is no line \"" + number + "\"");
                }
                sum += found.get(number);
            }
            values.add(sum / unit);
        });
        CountsPlot.addSeries(chart, name, List.copyOf(kinds.keySet()), values);
    }
}
