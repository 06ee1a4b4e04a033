// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.benchmarks;

import io.github.mapcontig.ContiguityProof;
import io.github.mapcontig.ContiguousBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What a driver calls for each transfer. Scattered memory has many extents, the other kinds have one. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 10, time = 1)
public class LatencyBenchmark {
    private static final int PART = 4096;
    private static final long STRIDE = 7 * 4096 + 8;

    /** Bytes. */
    @Param({"2097152", "67108864"})
    public long size;
    /** What kind of memory. */
    @Param
    public Kind memory;

    private ContiguousBuffer buffer;
    private long offset;

    /** Creates the state. */
    public LatencyBenchmark() {
    }

    /** Allocates. */
    @Setup
    public void start() {
        buffer = memory.allocate(size);
    }

    /** Makes sure that what was measured is what it is called, and frees it. */
    @TearDown
    public void stop() {
        memory.check(buffer);
        buffer.close();
    }

    /** Begins and ends a lease. */
    @Benchmark
    public void lease() {
        buffer.beginDma().close();
    }

    /**
     * Takes a proof.
     *
     * @return the proof
     */
    @Benchmark
    public ContiguityProof verify() {
        return buffer.verify();
    }

    /**
     * Where a byte is, of one after the other all over the buffer.
     *
     * @return the address
     */
    @Benchmark
    public long physicalAddress() {
        offset += STRIDE;
        if (offset >= size) {
            offset -= size;
        }
        return buffer.physicalAddress(offset);
    }

    /**
     * Cuts a page out.
     *
     * @return the slice
     */
    @Benchmark
    public ContiguousBuffer slice() {
        return buffer.slice(0, PART);
    }
}
