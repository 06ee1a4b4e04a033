// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.benchmarks;

import io.github.mapcontig.Errno;
import io.github.mapcontig.internal.libc.JnaShims;
import io.github.mapcontig.internal.libc.Shims;
import io.github.mapcontig.internal.platform.Sizes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Runs the benchmarks that this machine can run, and says which it can not and why. Settings are short; for results to lean on
 * use {@code java -jar benchmarks.jar}, which takes those of the classes. Writes FILE.json and FILE.md.
 */
public final class BenchmarkSet {
    private static final long PIN = 4096;
    private static final List<Long> ALLOCATED = List.of(4096L, 65536L, 2L << 20, 16L << 20, 64L << 20, 256L << 20, 1L << 30);
    private static final List<Long> STAGED = List.of(2L << 20, 64L << 20);
    private static final List<Long> CLOSE = List.of(4096L, 2L << 20, 64L << 20);
    private static final List<Long> ACCESSED = List.of(256L << 10, 64L << 20);

    /** Those that are mapped by one call. */
    private static final Set<Kind> CLOSED = EnumSet.of(Kind.MAP_CONTIG, Kind.LOCKED_SCATTERED);
    /** Those that a pool can have a range of. */
    private static final Set<Kind> POOLED = EnumSet.of(Kind.MAP_CONTIG, Kind.HUGETLB);
    private static final long POOL = 2L << 20;

    private final Pattern wanted;
    private final Set<Kind> kinds;
    private final int forks;
    private final TimeValue time;
    private final List<RunResult> results = new ArrayList<>();
    /** Of which benchmark what was left out, by the reason. */
    private final Map<String, Set<String>> leftOut = new LinkedHashMap<>();

    private BenchmarkSet(final int forks, final long millis, final Pattern wanted, final Pattern kinds) {
        this.wanted = wanted;
        this.kinds = Arrays.stream(Kind.values()).filter(kind -> kinds.matcher(kind.name()).find())
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(Kind.class)));
        this.forks = forks;
        this.time = TimeValue.milliseconds(millis);
    }

    /**
     * Runs.
     *
     * @param args the files to write without their endings; forks; milliseconds of an iteration; regular expressions, one that
     *             names of classes must match, and one for kinds of memory
     * @throws RunnerException if JMH fails
     * @throws IOException     if a file can not be written
     */
    public static void main(final String[] args) throws RunnerException, IOException {
        if (args.length != 5) {
            System.err.println("usage: BenchmarkSet FILE FORKS MILLISECONDS CLASSES KINDS");
            System.exit(2);
        }
        final String loadBefore = Machine.load();
        final Map<String, String> machine = Machine.describe();
        final BenchmarkSet set = new BenchmarkSet(Integer.parseInt(args[1]), Long.parseLong(args[2]), Pattern.compile(args[3]),
                Pattern.compile(args[4]));
        set.run();
        ResultFormatFactory.getInstance(ResultFormatType.JSON, args[0] + ".json").writeOut(set.results);
        final StringBuilder text = new StringBuilder("<!-- SPDX-License-Identifier: Apache-2.0 -->\n# Benchmarks\n\n## Machine\n\n");
        machine.forEach((name, value) -> text.append("- ").append(name).append(": ").append(value).append('\n'));
        text.append("- load before: ").append(loadBefore).append("; after: ").append(Machine.load()).append('\n')
                .append("- command: `").append(System.getenv().getOrDefault("BENCHMARK_COMMAND", "BenchmarkSet " + String.join(" ", args)))
                .append("`\n\n## Left out\n\n");
        text.append(set.leftOut.isEmpty() ? "Nothing.\n" : "");
        set.leftOut.forEach((reason, what) -> text.append("- ").append(String.join("; ", what)).append(": ").append(reason).append('\n'));
        text.append('\n');
        text.append(new Report(set.results).tables());
        Files.writeString(Path.of(args[0] + ".md"), text);
    }

    private void run() throws RunnerException {
        run(AllocationBenchmark.class, "(memset|mmapPopulate|allocateDirect)", Map.of());
        runKinds(AllocationBenchmark.class, "contiguous", ALLOCATED);
        runKinds(AllocationStages.class, canPin() ? ".*" : "(map|advise|prove|close)", STAGED);
        final List<String> provable = new ArrayList<>(List.of(ProofBenchmark.ORDINARY));
        for (final Kind kind : List.of(Kind.MAP_CONTIG, Kind.HUGETLB_SCATTERED)) {
            if (kinds.contains(kind) && canServe(ProofBenchmark.class, kind, ProofBenchmark.SIZE)) {
                provable.add(kind.name());
            }
        }
        run(ProofBenchmark.class, ".*", Map.of("memory", provable));
        runKinds(AccessBenchmark.class, ".*", ACCESSED);
        runKinds(CloseBenchmark.class, ".*", CLOSE, CLOSED);
        runKinds(LatencyBenchmark.class, ".*", STAGED);
        for (final Kind kind : POOLED) {
            if (kinds.contains(kind) && canServe(DmaBufferPoolBenchmark.class, kind, POOL)) {
                run(DmaBufferPoolBenchmark.class, ".*", Map.of("memory", List.of(kind.name())));
            }
        }
    }

    private void runKinds(final Class<?> type, final String methods, final List<Long> sizes) throws RunnerException {
        runKinds(type, methods, sizes, EnumSet.allOf(Kind.class));
    }

    private void runKinds(final Class<?> type, final String methods, final List<Long> sizes, final Set<Kind> those)
            throws RunnerException {
        for (final Kind kind : kinds) {
            if (!those.contains(kind)) {
                continue;
            }
            final List<String> possible = sizes.stream().filter(size -> canServe(type, kind, size)).map(String::valueOf).toList();
            if (!possible.isEmpty()) {
                run(type, methods, Map.of("memory", List.of(kind.name()), "size", possible));
            }
        }
    }

    private boolean canServe(final Class<?> type, final Kind kind, final long size) {
        if (!isWanted(type)) {
            return false;
        }
        final Optional<String> refusal = kind.refusal(size);
        refusal.ifPresent(reason -> leaveOut(type.getSimpleName() + " " + kind + " " + Sizes.exact(size), reason));
        return refusal.isEmpty();
    }

    private boolean canPin() {
        final Shims shims = new JnaShims();
        final long address = RawMemory.map(PIN);
        final int pin = shims.pin(address, PIN);
        if (pin == -1) {
            leaveOut(AllocationStages.class.getSimpleName() + " pin", "io_uring refuses with " + new Errno(shims.errno()));
        } else {
            shims.unpin(pin);
        }
        RawMemory.unmap(address, PIN);
        return pin != -1;
    }

    private void leaveOut(final String what, final String reason) {
        System.out.println("LEFT OUT " + what + ": " + reason);
        leftOut.computeIfAbsent(reason, key -> new LinkedHashSet<>()).add(what);
    }

    private boolean isWanted(final Class<?> type) {
        return wanted.matcher(type.getSimpleName()).find();
    }

    private void run(final Class<?> type, final String methods, final Map<String, List<String>> parameters) throws RunnerException {
        if (!isWanted(type)) {
            return;
        }
        final ChainedOptionsBuilder options = new OptionsBuilder()
                .include(Pattern.quote(type.getName()) + "\\." + methods + "$")
                .forks(forks)
                .warmupIterations(3).warmupTime(time)
                .measurementIterations(5).measurementTime(time)
                // JMH would leave out what fails; the report must not be taken for complete then.
                .shouldFailOnError(true);
        parameters.forEach((name, values) -> options.param(name, values.toArray(String[]::new)));
        results.addAll(new Runner(options.build()).run());
    }
}
