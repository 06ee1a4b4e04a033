// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.benchmarks;

import io.github.mapcontig.ContiguousBuffer;
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
 * The whole way to a proved buffer (asking the kernel, mapping, advice, proof, views), beside memory that nobody proves, and beside
 * the least that zeroed memory costs: the memset of as much that is there already. All memory is touched: it is in place when
 * the time ends. What was allocated is freed outside the time, so that no pool is exhausted; the two readings of the clock around each
 * allocation are in it (some 50 ns).
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 10, time = 1)
public class AllocationBenchmark {
    /** Creates the benchmark. */
    public AllocationBenchmark() {
    }

    /** How much. */
    @State(Scope.Benchmark)
    public static class Amount {
        /** Bytes. */
        @Param({"4096", "65536", "2097152", "16777216", "67108864", "268435456", "1073741824"})
        public long size;

        /** Creates the state. */
        public Amount() {
        }
    }

    /** What a source gave. */
    @State(Scope.Benchmark)
    public static class Allocated {
        /** What kind of memory. */
        @Param
        public Kind memory;

        private ContiguousBuffer buffer;

        /** Creates the state. */
        public Allocated() {
        }

        /** Makes sure that it is what was to be measured, and frees it. */
        @TearDown(Level.Invocation)
        public void free() {
            memory.check(buffer, buffer.proof());
            buffer.close();
        }
    }

    /** What mmap gave. */
    @State(Scope.Benchmark)
    public static class Mapped {
        private long address;
        private long size;

        /** Creates the state. */
        public Mapped() {
        }

        /** Frees it. */
        @TearDown(Level.Invocation)
        public void free() {
            RawMemory.unmap(address, size);
        }
    }

    /** What the JDK gave. */
    @State(Scope.Benchmark)
    public static class Direct {
        private ByteBuffer buffer;

        /** Creates the state. */
        public Direct() {
        }

        /** Frees it, without waiting for the garbage collector. */
        @TearDown(Level.Invocation)
        public void free() {
            DirectBuffers.free(buffer);
        }
    }

    /** Memory that is there already. */
    @State(Scope.Benchmark)
    public static class Kept {
        private long address;

        /** Creates the state. */
        public Kept() {
        }

        /**
         * Maps it.
         *
         * @param amount how much
         */
        @Setup
        public void map(final Amount amount) {
            address = RawMemory.map(amount.size);
        }

        /**
         * Unmaps it.
         *
         * @param amount how much
         */
        @TearDown
        public void unmap(final Amount amount) {
            RawMemory.unmap(address, amount.size);
        }
    }

    /**
     * Allocates from a source of the library.
     *
     * @param amount    how much
     * @param allocated receives it
     * @return the buffer
     */
    @Benchmark
    @Floor("memset")
    public ContiguousBuffer contiguous(final Amount amount, final Allocated allocated) {
        allocated.buffer = allocated.memory.allocate(amount.size);
        return allocated.buffer;
    }

    /**
     * Maps ordinary memory.
     *
     * @param amount how much
     * @param mapped receives it
     * @return its address
     */
    @Benchmark
    @Floor("memset")
    public long mmapPopulate(final Amount amount, final Mapped mapped) {
        mapped.size = amount.size;
        mapped.address = RawMemory.map(amount.size);
        return mapped.address;
    }

    /**
     * Allocates a direct buffer, which the JDK fills with zeros.
     *
     * @param amount how much
     * @param direct receives it
     * @return the buffer
     */
    @Benchmark
    @Floor("memset")
    public ByteBuffer allocateDirect(final Amount amount, final Direct direct) {
        direct.buffer = ByteBuffer.allocateDirect(Math.toIntExact(amount.size));
        return direct.buffer;
    }

    /**
     * Fills memory that is there.
     *
     * @param amount how much
     * @param kept   the memory
     * @return its address
     */
    @Benchmark
    public long memset(final Amount amount, final Kept kept) {
        return RawMemory.LIB_C.memset(kept.address, 0, amount.size);
    }
}
