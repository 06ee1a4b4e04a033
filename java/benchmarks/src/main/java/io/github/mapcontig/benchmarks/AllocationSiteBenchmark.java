// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.benchmarks;

import io.github.mapcontig.internal.watch.AllocationSite;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What it costs to remember where a buffer was allocated: nothing, the nearest caller, all callers. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class AllocationSiteBenchmark {
    /** How many callers to record: what leakDetection off, site and full ask for. */
    @Param({"0", "1", "2147483647"})
    public int recorded;
    /** How many calls there are above those of the benchmark itself. */
    @Param({"0", "100"})
    public int stack;

    /** Creates the state. */
    public AllocationSiteBenchmark() {
    }

    /**
     * Records.
     *
     * @return the site
     */
    @Benchmark
    public AllocationSite record() {
        return descend(stack);
    }

    private AllocationSite descend(final int calls) {
        return calls == 0 ? AllocationSite.record(recorded) : descend(calls - 1);
    }
}
