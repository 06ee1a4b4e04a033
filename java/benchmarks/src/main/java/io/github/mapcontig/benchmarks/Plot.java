// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.benchmarks;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.CategorySeries.CategorySeriesRenderStyle;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.Styler.LegendPosition;

/** What all pictures in reports have in common: PNG files, as text in XChart's SVG files is outlines, ten times the size. */
public final class Plot {
    /** Dots of a picture, or of one of several above each other. */
    public static final int WIDTH = 860;
    /** Dots, as {@link #WIDTH}. */
    public static final int HEIGHT = 420;

    private static final int DOTS_PER_INCH = 110;
    private static final int LABELS_TURNED = 45;

    private Plot() {
    }

    /**
     * A chart with a bar for each category and series.
     *
     * @param title above it
     * @param x     below it
     * @param y     beside it
     * @return the chart, without series
     */
    public static CategoryChart bars(final String title, final String x, final String y) {
        final CategoryChart chart = new CategoryChartBuilder().width(WIDTH).height(HEIGHT).title(title).xAxisTitle(x).yAxisTitle(y).build();
        chart.getStyler().setChartBackgroundColor(Color.WHITE);
        chart.getStyler().setLegendPosition(LegendPosition.OutsideE);
        chart.getStyler().setPlotGridVerticalLinesVisible(false);
        return chart;
    }

    /**
     * A chart with a logarithmic axis and long names below it. It has points: a bar would begin at 0, which such an axis has not.
     *
     * @param title above it
     * @param y     beside it
     * @return the chart, without series
     */
    public static CategoryChart logarithmicPoints(final String title, final String y) {
        final CategoryChart chart = bars(title, "", y);
        chart.getStyler().setDefaultSeriesRenderStyle(CategorySeriesRenderStyle.Scatter);
        chart.getStyler().setYAxisLogarithmic(true);
        turnLabels(chart);
        return chart;
    }

    /**
     * Makes room for long names of categories.
     *
     * @param chart where
     */
    public static void turnLabels(final CategoryChart chart) {
        chart.getStyler().setXAxisLabelRotation(LABELS_TURNED);
    }

    /**
     * Writes a picture.
     *
     * @param chart what is on it
     * @param file  such as {@code success.png}
     * @throws IOException if it can not be written
     */
    public static void write(final Chart<?, ?> chart, final Path file) throws IOException {
        BitmapEncoder.saveBitmapWithDPI(chart, file.toString(), BitmapFormat.PNG, DOTS_PER_INCH);
    }

    /**
     * Writes one picture with several charts above each other.
     *
     * @param charts what is on it
     * @param file   such as {@code nvme.png}
     * @throws IOException if it can not be written
     */
    public static void write(final List<? extends Chart<?, ?>> charts, final Path file) throws IOException {
        BitmapEncoder.saveBitmap(List.copyOf(charts), charts.size(), 1, file.toString(), BitmapFormat.PNG);
    }
}
