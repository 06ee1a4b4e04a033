// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.benchmarks;

import io.github.mapcontig.ContiguousBuffer;
import io.github.mapcontig.DmaBufferPool;
import io.github.mapcontig.PoolLayout;
import io.github.mapcontig.PooledBuffer;
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

/** What a pool saves: a buffer taken from it and given back, beside one of the same size allocated, proved and closed. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 10, time = 1)
public class DmaBufferPoolBenchmark {
    private static final int COUNT = 512;
    private static final int BATCH = 32;

    /** Bytes of a buffer. */
    @Param("4096")
    public int size;
    /** What kind of memory. */
    @Param
    public Kind memory;

    private final PooledBuffer[] taken = new PooledBuffer[BATCH];
    private DmaBufferPool pool;

    /** Creates the state. */
    public DmaBufferPoolBenchmark() {
    }

    /** Makes the pool, which takes a single range of 2 MiB. */
    @Setup
    public void start() {
        pool = DmaBufferPool.create(memory.request((long) COUNT * size).maxExtents(1), PoolLayout.of(COUNT, size));
    }

    /** Makes sure that the pool was of what it is called, and frees it. */
    @TearDown
    public void stop() {
        memory.check(pool.range());
        if (pool.outstanding() != 0) {
            throw new IllegalStateException(pool.outstanding() + " buffers were lost");
        }
        pool.close();
    }

    /**
     * Takes a buffer and gives it back.
     *
     * @return where it was
     */
    @Benchmark
    public long acquireAndRelease() {
        final PooledBuffer buffer = pool.acquire();
        final long address = buffer.physicalAddress();
        buffer.release();
        return address;
    }

    /**
     * The same with 32 at once.
     *
     * @return how many
     */
    @Benchmark
    public int acquireAndReleaseBatch() {
        final int count = pool.acquire(taken, 0, BATCH);
        pool.release(taken, 0, count);
        return count;
    }

    /**
     * Without a pool.
     *
     * @return where it was
     */
    @Benchmark
    @Floor("acquireAndRelease")
    public long allocateAndClose() {
        try (ContiguousBuffer buffer = memory.allocate(size)) {
            return buffer.extents().get(0).physicalAddress();
        }
    }
}
