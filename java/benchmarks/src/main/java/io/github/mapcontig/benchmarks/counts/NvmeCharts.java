// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.benchmarks.counts;

import io.github.mapcontig.benchmarks.Plot;
import io.github.mapcontig.internal.platform.Sizes;
import java.util.List;
import org.apache.commons.csv.CSVRecord;
import org.knowm.xchart.CategoryChart;

/** What {@link NvmeCounts} has written, as charts: a category for memory and addressing, a series for each size of commands. */
final class NvmeCharts {
    private static final double MILLION = 1e6;

    private final List<CSVRecord> lines;

    private NvmeCharts(final List<CSVRecord> lines) {
        this.lines = lines;
    }

    static List<CategoryChart> of(final List<CSVRecord> lines) {
        final NvmeCharts charts = new NvmeCharts(lines);
        final CategoryChart instructions = Plot.bars("Instructions of the driver for 1 GiB", "", "millions, waiting left out");
        Plot.turnLabels(instructions);
        return List.of(charts.fill(instructions, "instructions median", MILLION),
                charts.fill(Plot.logarithmicPoints("PRP entries or SGL descriptors for 1 GiB", "descriptors"), "descriptors", 1),
                charts.fill(Plot.logarithmicPoints("Lists beside the commands for 1 GiB (no point: no lists)", "bytes"), "list bytes", 1));
    }

    private CategoryChart fill(final CategoryChart chart, final String column, final double unit) {
        final List<String> categories = lines.stream().map(NvmeCharts::category).distinct().toList();
        lines.stream().map(line -> line.get("bytes per command")).distinct().forEach(size -> CountsPlot.addSeries(chart,
                "commands of " + Sizes.exact(Long.parseLong(size)), categories,
                categories.stream().map(category -> value(category, size, column) / unit).toList()));
        return chart;
    }

    private double value(final String category, final String size, final String column) {
        return lines.stream().filter(line -> category(line).equals(category) && line.get("bytes per command").equals(size))
                .mapToDouble(line -> Double.parseDouble(line.get(column)) * Transfers.TOTAL / Long.parseLong(line.get("bytes")))
                .findFirst().orElse(0);
    }

    private static String category(final CSVRecord line) {
        return line.get("addressing") + ", " + line.get("memory").replace(" in disorder", "");
    }
}
