// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.benchmarks;

import io.github.mapcontig.ContiguousBuffer;
import io.github.mapcontig.ContiguousMemory;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The whole way to a proved buffer: asking the kernel, mmap(MAP_CONTIG), proof, views. Beside it, for scale, the fill of a
 * buffer that is there already: the least that zeroed memory costs. Needs a kernel with MAP_CONTIG.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(2)
@Warmup(iterations = 10)
@Measurement(iterations = 30)
public class AllocationBenchmark {
    /** Bytes. */
    @Param({"4096", "2097152", "67108864"})
    public long size;

    private ContiguousBuffer allocated;
    private ContiguousBuffer kept;
    private byte[] zeros;

    /** Creates the state. */
    public AllocationBenchmark() {
    }

    /** Allocates what the comparison fills. */
    @Setup
    public void start() {
        kept = ContiguousMemory.allocate(size);
        zeros = new byte[(int) size];
    }

    /** Frees it. */
    @TearDown
    public void stop() {
        kept.close();
    }

    /** Frees what was allocated, outside the time; a buffer that is not contiguous would have failed before. */
    @TearDown(Level.Invocation)
    public void free() {
        if (allocated != null) {
            allocated.close();
            allocated = null;
        }
    }

    /**
     * Allocates.
     *
     * @return the buffer
     */
    @Benchmark
    public ContiguousBuffer allocate() {
        allocated = ContiguousMemory.allocate(size);
        return allocated;
    }

    /**
     * Fills.
     *
     * @return the view that was filled
     */
    @Benchmark
    public ByteBuffer fill() {
        return kept.asByteBuffer().put(zeros);
    }
}
