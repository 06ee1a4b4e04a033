// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.benchmarks.counts;

import io.github.mapcontig.benchmarks.Plot;
import io.github.mapcontig.internal.platform.Sizes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.commons.csv.CSVRecord;
import org.knowm.xchart.CategoryChart;

/**
 * What {@code native/target/cost} has written, as charts: a category for each size, a series for each way to memory. A way has a line with its
 * name and the instructions until all of the memory can be used, and under it, indented, a line for giving it back.
 */
final class CostCharts {
    private static final double PAGE = 4096;
    private static final String RELEASE = "munmap of it";

    private final Map<String, Map<Long, Double>> allocations = new LinkedHashMap<>();
    private final Map<String, Map<Long, Double>> releases = new LinkedHashMap<>();
    private final Set<Long> sizes = new LinkedHashSet<>();

    private CostCharts(final List<CSVRecord> lines) {
        String way = null;
        for (final CSVRecord line : lines) {
            final String what = line.get("what");
            if (what.strip().equals(RELEASE)) {
                if (way == null) {
                    throw new IllegalArgumentException("line " + line.getRecordNumber() + " does not say what was given back");
                }
                put(releases, way, line);
                put(allocations, way, lines.get((int) line.getRecordNumber() - 2));
            }
            way = what;
        }
        if (allocations.isEmpty()) {
            throw new IllegalArgumentException("there is no line \"" + RELEASE + "\"");
        }
    }

    static List<CategoryChart> of(final List<CSVRecord> lines) {
        final CostCharts charts = new CostCharts(lines);
        return List.of(charts.fill("Instructions to allocate, clear and map, for each page of 4 KiB", charts.allocations),
                charts.fill("Instructions to give back, for each page of 4 KiB", charts.releases));
    }

    private void put(final Map<String, Map<Long, Double>> to, final String way, final CSVRecord line) {
        final long bytes = Long.parseLong(line.get("bytes"));
        sizes.add(bytes);
        to.computeIfAbsent(way, name -> new LinkedHashMap<>()).put(bytes, Double.parseDouble(line.get("median")) / (bytes / PAGE));
    }

    private CategoryChart fill(final String title, final Map<String, Map<Long, Double>> ways) {
        final CategoryChart chart = Plot.logarithmicPoints(title, "instructions");
        ways.forEach((way, found) -> {
            final List<Double> values = new ArrayList<>();
            sizes.forEach(size -> values.add(found.getOrDefault(size, 0.0)));
            CountsPlot.addSeries(chart, way, sizes.stream().map(Sizes::exact).toList(), values);
        });
        return chart;
    }
}
