// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.benchmarks;

import io.github.mapcontig.ContiguityProof;
import io.github.mapcontig.ContiguousBuffer;
import io.github.mapcontig.ContiguousMemory;
import io.github.mapcontig.Pagemap;
import io.github.mapcontig.PhysicalLayout;
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

/** A proof, and its greater part: the read of pagemap. Needs a kernel with MAP_CONTIG. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 10, time = 1)
public class ProofBenchmark {
    /** Bytes. */
    @Param({"4096", "2097152", "67108864"})
    public long size;

    private ContiguousBuffer buffer;
    private Pagemap pagemap;
    private long address;

    /** Creates the state. */
    public ProofBenchmark() {
    }

    /** Allocates what is to be proved. */
    @Setup
    public void start() {
        buffer = ContiguousMemory.allocate(size);
        pagemap = Pagemap.ofSelf();
        address = buffer.address();
    }

    /** Makes sure that what was measured was contiguous, and frees it. */
    @TearDown
    public void stop() {
        if (!buffer.verify().isContiguous()) {
            throw new IllegalStateException("the benchmark measured memory that is not contiguous");
        }
        pagemap.close();
        buffer.close();
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
     * Reads pagemap.
     *
     * @return where the buffer lies
     */
    @Benchmark
    public PhysicalLayout readPagemap() {
        return pagemap.layout(address, buffer.size());
    }
}
