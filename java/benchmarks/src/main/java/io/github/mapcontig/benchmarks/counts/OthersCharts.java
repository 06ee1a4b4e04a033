// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.benchmarks.counts;

import io.github.mapcontig.benchmarks.Plot;
import java.util.List;
import org.apache.commons.csv.CSVRecord;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategorySeries;
import org.knowm.xchart.CategorySeries.CategorySeriesRenderStyle;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** What {@code native/tools/cost/compare.py} has written, as a chart: how much more each loop costs on a kernel with the series. */
final class OthersCharts {
    private static final double LIMIT = 0.1;
    /** Of labels: there are too many for others. */
    private static final int UPRIGHT = 90;

    private OthersCharts() {
    }

    static List<CategoryChart> of(final List<CSVRecord> lines) {
        final CategoryChart chart = Plot.bars("More instructions with the series, for who does not use it", "", "percent");
        chart.getStyler().setXAxisLabelRotation(UPRIGHT);
        final List<String> loops = lines.stream().map(line -> line.get("loop")).toList();
        chart.addSeries("more", loops, lines.stream().map(line -> Double.parseDouble(line.get("more"))).toList());
        chart.addSeries("boots of the stock kernel differ by", loops,
                lines.stream().map(line -> Double.parseDouble(line.get("between boots"))).toList());
        final CategorySeries limit = chart.addSeries("limit", loops, loops.stream().map(loop -> LIMIT).toList());
        limit.setChartCategorySeriesRenderStyle(CategorySeriesRenderStyle.Line);
        limit.setMarker(SeriesMarkers.NONE);
        return List.of(chart);
    }
}
