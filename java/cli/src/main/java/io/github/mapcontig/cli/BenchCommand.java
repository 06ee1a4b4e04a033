// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli;

import io.github.mapcontig.ContiguousMemoryException;
import io.github.mapcontig.Refusal;
import io.github.mapcontig.Source;
import io.github.mapcontig.cli.text.Json;
import io.github.mapcontig.cli.text.Table;
import io.github.mapcontig.internal.platform.Sizes;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code contig bench}. */
@Command(name = "bench",
        description = "A taste of what each source costs here, beside ordinary memory. For numbers to rely on, use the JMH"
            + " benchmarks in java/benchmarks.")
final class BenchCommand implements Callable<Integer> {
    private static final double NANOS_PER_MILLI = 1e6;
    private static final int MOST_RUNS = 1000;
    /** The table works with buffers of the JDK. */
    private static final long MOST_BYTES = 1L << 30;

    @Mixin
    private JsonOption json;

    @Option(names = "--size", paramLabel = "SIZE", defaultValue = "16M",
            description = "How much to allocate, 1 GiB at most (default: ${DEFAULT-VALUE}).")
    private ByteSize size;

    @Option(names = "--runs", paramLabel = "N", defaultValue = "7",
            description = "How often; the median is shown (default: ${DEFAULT-VALUE}).")
    private int runs;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (runs < 1 || runs > MOST_RUNS || size.bytes() > MOST_BYTES) {
            throw new IllegalArgumentException("bench takes 1 to " + MOST_RUNS + " runs and at most "
                    + Sizes.exact(MOST_BYTES) + ": " + runs + " runs of " + Sizes.exact(size.bytes()));
        }
        final Stopwatch stopwatch = new Stopwatch(size.bytes(), runs);
        final List<Stopwatch.Times> all = new ArrayList<>(List.of(stopwatch.ordinaryMemory()));
        final List<String> refused = new ArrayList<>();
        for (final Source source : Source.values()) {
            try {
                all.add(stopwatch.source(source));
            } catch (final ContiguousMemoryException e) {
                final Refusal why = e.refusals().get(0);
                refused.add(source + ": " + why.whatHappened());
            }
        }
        final PrintWriter out = spec.commandLine().getOut();
        if (json.wanted()) {
            out.println(Json.write(Json.object("size", size.bytes(), "runs", runs,
                    "results", all.stream().map(BenchCommand::document).toList(), "refused", refused)));
        } else {
            print(out, all, refused);
        }
        out.flush();
        return all.size() > 1 ? ExitStatus.OK : ExitStatus.NEGATIVE;
    }

    private void print(final PrintWriter out, final List<Stopwatch.Times> all, final List<String> refused) {
        out.printf("%s, median of %d, milliseconds%n", Sizes.exact(size.bytes()), runs);
        final Table table = new Table("lrrrrr").row("source", "allocate", "prove", "fill", "read", "free");
        all.forEach(times -> table.row(times.name(), millis(times.allocate()), millis(times.prove()), millis(times.fill()),
                millis(times.read()), millis(times.free())));
        table.lines().forEach(out::println);
        refused.forEach(line -> out.println("no " + line));
        out.println("ordinary memory: an anonymous mapping, populated; prove: one bulk read of pagemap");
        out.println("sources: allocate includes a first proof");
        out.println("a taste, not a benchmark: see java/benchmarks for JMH");
    }

    private static String millis(final long nanos) {
        return String.format(Locale.ROOT, "%.3f", nanos / NANOS_PER_MILLI);
    }

    private static Map<String, Object> document(final Stopwatch.Times times) {
        return Json.object("name", times.name(), "allocateNanos", times.allocate(), "proveNanos", times.prove(),
                "fillNanos", times.fill(), "readNanos", times.read(), "freeNanos", times.free());
    }
}
