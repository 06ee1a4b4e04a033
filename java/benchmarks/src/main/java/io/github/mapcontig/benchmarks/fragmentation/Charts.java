// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.benchmarks.fragmentation;

import io.github.mapcontig.benchmarks.Plot;
import io.github.mapcontig.internal.platform.Sizes;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The pictures of the report. */
final class Charts {
    private static final long FEW = 8;
    private static final double PERCENT = 100;
    private static final double NANOS_PER_MILLI = 1e6;
    private static final String SEARCH = "contig-search";
    private static final String RESERVE = "contig-reserve";
    private static final String HEAP = "dma-heap";

    private final Measurements measurements;
    private final Path folder;

    Charts(final Measurements measurements, final Path folder) {
        this.measurements = measurements;
        this.folder = folder;
    }

    /** Draws those there is something to draw for: title by file name. */
    Map<String, String> draw() throws IOException {
        final Map<String, String> drawn = new LinkedHashMap<>();
        success(drawn);
        for (final String state : measurements.states()) {
            against(drawn, state);
        }
        for (final String state : measurements.states()) {
            distributions(drawn, state);
        }
        return drawn;
    }

    private void success(final Map<String, String> drawn) throws IOException {
        final List<Long> sizes = measurements.measured().stream().filter(cell -> cell.allocator().equals(SEARCH)).map(Cell::size)
                .distinct().sorted().toList();
        if (sizes.isEmpty()) {
            return;
        }
        final CategoryChart chart = Plot.bars("How often MAP_CONTIG without a reserve finds a range", "size", "% of attempts");
        chart.getStyler().setYAxisMin(0.0).setYAxisMax(PERCENT);
        for (final String state : measurements.states()) {
            final List<Optional<Cell>> cells = sizes.stream().map(size -> measurements.cell(state, SEARCH, size)).toList();
            if (cells.stream().anyMatch(Optional::isPresent)) {
                chart.addSeries(state, sizes.stream().map(Sizes::exact).toList(),
                        cells.stream().map(cell -> cell.map(Cell::rate).orElse(0.0) * PERCENT).toList());
            }
        }
        write(drawn, chart, "success");
    }

    /** Each allocator and size that succeeded, against the memset of that size. */
    private void against(final Map<String, String> drawn, final String state) throws IOException {
        final List<Cell> cells = measurements.measured().stream().filter(cell -> cell.state().equals(state) && cell.ok() > 0)
                .sorted(Comparator.comparing(Cell::allocator).thenComparing(Cell::size)).toList();
        if (cells.isEmpty()) {
            return;
        }
        final CategoryChart chart = Plot.logarithmicPoints("Time of an allocation over that of a memset of its size: " + state, "times");
        final List<String> names = cells.stream().map(cell -> cell.allocator() + " " + Sizes.exact(cell.size())).toList();
        chart.addSeries("median", names, column(cells, "p50 of memset"));
        chart.addSeries("p99", names, column(cells, "p99 of memset"));
        write(drawn, chart, "times-" + state);
    }

    private static List<Double> column(final List<Cell> cells, final String name) {
        return cells.stream().map(cell -> cell.number(name).orElseThrow()).toList();
    }

    /** The largest size that the reserve and the dma-heap both gave more than a few times. */
    private void distributions(final Map<String, String> drawn, final String state) throws IOException {
        final OptionalLong size = measurements.measured().stream()
                .filter(cell -> cell.state().equals(state) && cell.allocator().equals(RESERVE) && cell.ok() >= FEW)
                .mapToLong(Cell::size).filter(bytes -> measurements.cell(state, HEAP, bytes).map(Cell::ok).orElse(0L) >= FEW).max();
        if (size.isEmpty()) {
            return;
        }
        final XYChart chart = new XYChartBuilder().width(Plot.WIDTH).height(Plot.HEIGHT)
                .title(Sizes.exact(size.getAsLong()) + ": allocations that took at most so long: " + state)
                .xAxisTitle("milliseconds").yAxisTitle("% of them").build();
        chart.getStyler().setLegendPosition(LegendPosition.OutsideE);
        chart.getStyler().setChartBackgroundColor(Color.WHITE);
        chart.getStyler().setXAxisLogarithmic(true).setYAxisMin(0.0).setYAxisMax(PERCENT);
        for (final String allocator : List.of(RESERVE, HEAP, "memset")) {
            final double[] millis = times(state, allocator, size.getAsLong());
            final double[] shares = IntStream.rangeClosed(1, millis.length).mapToDouble(i -> PERCENT * i / millis.length).toArray();
            chart.addSeries(allocator, millis, shares).setMarker(SeriesMarkers.NONE);
        }
        write(drawn, chart, "distribution-" + state);
    }

    private double[] times(final String state, final String allocator, final long size) throws IOException {
        return measurements.lines("attempts.csv").stream()
                .filter(line -> line.get("state").equals(state) && line.get("allocator").equals(allocator) && line.get("outcome").equals("ok")
                        && Long.parseLong(line.get("size")) == size)
                .mapToDouble(line -> Long.parseLong(line.get("allocate ns")) / NANOS_PER_MILLI).sorted().toArray();
    }

    private void write(final Map<String, String> drawn, final Chart<?, ?> chart, final String name) throws IOException {
        Plot.write(chart, folder.resolve(name + ".png"));
        drawn.put(name + ".png", chart.getTitle());
    }
}
