// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.benchmarks;

import io.github.mapcontig.internal.platform.Sizes;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.util.Statistics;

/** Results as Markdown: medians, the least and the greatest of all iterations, and the ratio to the floor of the same run. */
final class Report {
    private static final int MEDIAN = 50;
    private static final double NANOS_PER_MICRO = 1e3;

    private final Map<String, RunResult> results = new LinkedHashMap<>();

    Report(final Collection<RunResult> results) {
        results.forEach(result -> this.results.put(key(method(result), parameters(result)), result));
    }

    /** A table for each class. */
    String tables() {
        final Map<String, StringBuilder> tables = new LinkedHashMap<>();
        for (final RunResult result : results.values()) {
            tables.computeIfAbsent(type(result), Report::header).append(row(result));
        }
        return String.join("\n", tables.values());
    }

    private static StringBuilder header(final String type) {
        return new StringBuilder("## " + type.substring(type.lastIndexOf('.') + 1) + "\n\n"
                + "| | | median | least to greatest | unit | to the floor | GB/s |\n|---|---|---:|---:|---|---:|---:|\n");
    }

    private String row(final RunResult result) {
        final Statistics times = result.getPrimaryResult().getStatistics();
        return String.format(Locale.ROOT, "| %s | %s | %s | %s to %s | %s | %s | %s |%n", simpleName(result),
                String.join(", ", parameters(result).values()), number(times.getPercentile(MEDIAN)), number(times.getMin()),
                number(times.getMax()), result.getPrimaryResult().getScoreUnit(), ratio(result).map(Report::number).orElse(""),
                bandwidth(result).map(Report::number).orElse(""));
    }

    /** Bytes accessed or allocated in a nanosecond, where that is what is done with all of the size. */
    private static Optional<Double> bandwidth(final RunResult result) {
        final boolean measured = result.getParams().getParamsKeys().contains("size")
                && (type(result).equals(AccessBenchmark.class.getName()) || type(result).equals(AllocationBenchmark.class.getName()));
        return measured ? Optional.of(Double.parseDouble(result.getParams().getParam("size")) / median(result) / NANOS_PER_MICRO)
                : Optional.empty();
    }

    private Optional<Double> ratio(final RunResult result) {
        return floorName(result).flatMap(floor -> results.values().stream()
                .filter(other -> method(other).equals(type(result) + "." + floor))
                .filter(other -> agree(parameters(other), parameters(result)))
                .findFirst()).map(floor -> median(result) / median(floor));
    }

    private static Optional<String> floorName(final RunResult result) {
        try {
            final Method[] methods = Class.forName(type(result)).getMethods();
            return Arrays.stream(methods).filter(method -> method.getName().equals(simpleName(result))).findFirst()
                    .map(method -> method.getAnnotation(Floor.class)).map(Floor::value);
        } catch (final ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A floor may lack parameters that make no difference to it. */
    private static boolean agree(final Map<String, String> floor, final Map<String, String> parameters) {
        return floor.entrySet().stream().allMatch(entry -> entry.getValue().equals(parameters.get(entry.getKey())));
    }

    private static double median(final RunResult result) {
        return result.getPrimaryResult().getStatistics().getPercentile(MEDIAN);
    }

    private static String number(final double value) {
        final int digits = value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 4;
        return String.format(Locale.ROOT, "%,." + digits + "f", value);
    }

    private static String key(final String method, final Map<String, String> parameters) {
        return method + parameters;
    }

    private static Map<String, String> parameters(final RunResult result) {
        final BenchmarkParams params = result.getParams();
        final Map<String, String> parameters = new TreeMap<>();
        List.copyOf(params.getParamsKeys()).forEach(name -> parameters.put(name, readable(name, params.getParam(name))));
        return parameters;
    }

    private static String readable(final String name, final String value) {
        return switch (name) {
            case "size" -> Sizes.exact(Long.parseLong(value));
            case "readers" -> value + " readers";
            default -> value;
        };
    }

    private static String method(final RunResult result) {
        return result.getParams().getBenchmark();
    }

    private static String type(final RunResult result) {
        return method(result).substring(0, method(result).lastIndexOf('.'));
    }

    private static String simpleName(final RunResult result) {
        return method(result).substring(method(result).lastIndexOf('.') + 1);
    }
}
