// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.benchmarks;

import io.github.mapcontig.ContiguousBuffer;
import java.util.ArrayList;
import java.util.List;
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
 * What it costs that closed memory can not be touched any more: close, which puts a tombstone in its place, against munmap of as much
 * memory of the same kind. With other threads that read other memory all the time, since the kernel interrupts each of them.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 10, time = 1)
public class CloseBenchmark {
    /** Creates the benchmark. */
    public CloseBenchmark() {
    }

    /** Threads that are busy meanwhile. */
    @State(Scope.Benchmark)
    public static class Readers {
        /** How many. */
        @Param({"0", "2"})
        public int readers;

        private final List<Thread> threads = new ArrayList<>();
        private volatile boolean stopped;
        private volatile long seen;
        private ContiguousBuffer memory;

        /** Creates the state. */
        public Readers() {
        }

        /** Starts them. */
        @Setup
        public void start() {
            memory = Kind.LOCKED_SCATTERED.allocate(1 << 20);
            for (int i = 0; i < readers; i++) {
                final Thread thread = new Thread(this::read, "reader " + i);
                thread.setDaemon(true);
                thread.start();
                threads.add(thread);
            }
        }

        private void read() {
            while (!stopped) {
                long sum = 0;
                for (long i = 0; i < memory.size(); i += Long.BYTES) {
                    sum += memory.getLong(i);
                }
                seen = sum;
            }
        }

        /**
         * Stops them.
         *
         * @throws InterruptedException if it is interrupted
         */
        @TearDown
        public void stop() throws InterruptedException {
            stopped = true;
            for (final Thread thread : threads) {
                thread.join();
            }
            if (seen != 0) {
                throw new IllegalStateException("new memory was not zero: " + seen);
            }
            memory.close();
        }
    }

    /** How much, of what. */
    @State(Scope.Benchmark)
    public static class Amount {
        /** What kind of memory: one that is mapped by one call. */
        @Param({"LOCKED_SCATTERED", "MAP_CONTIG"})
        public Kind memory;
        /** Bytes. */
        @Param({"4096", "2097152", "67108864"})
        public long size;

        /** Creates the state. */
        public Amount() {
        }
    }

    /** A buffer to close. */
    @State(Scope.Benchmark)
    public static class Buffer {
        private ContiguousBuffer buffer;

        /** Creates the state. */
        public Buffer() {
        }

        /**
         * Allocates it.
         *
         * @param amount how much
         */
        @Setup(Level.Invocation)
        public void allocate(final Amount amount) {
            buffer = amount.memory.allocate(amount.size);
        }
    }

    /** Memory to unmap. */
    @State(Scope.Benchmark)
    public static class Raw {
        private long address;

        /** Creates the state. */
        public Raw() {
        }

        /**
         * Maps it, as the source does.
         *
         * @param amount how much
         */
        @Setup(Level.Invocation)
        public void map(final Amount amount) {
            address = RawMemory.map(amount.memory, amount.size);
        }
    }

    /**
     * The library's close.
     *
     * @param readers busy threads
     * @param amount  how much
     * @param buffer  the buffer
     */
    @Benchmark
    @Floor("munmap")
    public void close(final Readers readers, final Amount amount, final Buffer buffer) {
        buffer.buffer.close();
    }

    /**
     * munmap.
     *
     * @param readers busy threads
     * @param amount  how much
     * @param raw     the memory
     */
    @Benchmark
    public void munmap(final Readers readers, final Amount amount, final Raw raw) {
        RawMemory.unmap(raw.address, amount.size);
    }
}
