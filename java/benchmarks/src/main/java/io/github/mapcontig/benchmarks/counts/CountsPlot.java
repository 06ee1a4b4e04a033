// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.benchmarks.counts;

import io.github.mapcontig.benchmarks.Plot;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;
import org.knowm.xchart.CategoryChart;

/** Draws a picture of what was counted. */
public final class CountsPlot {
    private static final CSVFormat FORMAT = CSVFormat.DEFAULT.builder().setHeader().setSkipHeaderRecord(true).get();

    private CountsPlot() {
    }

    /**
     * Reads and draws.
     *
     * @param args what it is, such as nvme; the CSV file; the PNG file
     * @throws IOException if a file can not be read or written
     */
    public static void main(final String[] args) throws IOException {
        if (args.length != 3) {
            System.err.println("usage: CountsPlot nvme|iommu-map|cost|cost-others FILE.csv FILE.png");
            System.exit(2);
        }
        draw(args[0], Path.of(args[1]), Path.of(args[2]));
    }

    static void draw(final String what, final Path csv, final Path png) throws IOException {
        final List<CSVRecord> lines = read(csv);
        Plot.write(switch (what) {
            case "nvme" -> NvmeCharts.of(lines);
            case "iommu-map" -> IommuCharts.of(lines);
            case "cost" -> CostCharts.of(lines);
            case "cost-others" -> OthersCharts.of(lines);
            default -> throw new IllegalArgumentException("there are nvme, iommu-map, cost and cost-others: " + what);
        }, png);
    }

    private static List<CSVRecord> read(final Path csv) throws IOException {
        try (Reader reader = Files.newBufferedReader(csv)) {
            return FORMAT.parse(reader).getRecords();
        }
    }

    /** Adds a series of which there are values greater than 0: a logarithmic axis has no others, and no bar is no bar of 0. */
    static void addSeries(final CategoryChart chart, final String name, final List<String> categories, final List<Double> values) {
        if (values.stream().anyMatch(value -> value > 0)) {
            final List<Double> drawn = new ArrayList<>();
            values.forEach(value -> drawn.add(value > 0 ? value : null));
            chart.addSeries(name, categories, drawn);
        }
    }
}
