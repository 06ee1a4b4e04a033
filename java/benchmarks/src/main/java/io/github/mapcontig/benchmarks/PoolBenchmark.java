// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.benchmarks;

import io.github.mapcontig.internal.pool.FreeList;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
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
import org.openjdk.jmh.annotations.Warmup;

/**
 * What keeps the free buffers of a pool: the stack that DmaBufferPool uses, with its check for double release, and what else
 * could do it (without such a check). One operation takes a buffer, or 32, and gives them back. Needs no special kernel; run it with {@code -t 1} and {@code -t 2}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class PoolBenchmark {
    private static final int BATCH = 32;

    /** How many buffers the pool has. */
    @Param("4096")
    public int count;

    private Object[] buffers;
    private FreeList stack;
    private RingOfIndices ring;
    private Queue<Object> blocking;
    private Queue<Object> linked;

    /** Creates the state. */
    public PoolBenchmark() {
    }

    /** Fills each. */
    @Setup
    public void start() {
        buffers = new Object[count];
        stack = new FreeList(count);
        ring = new RingOfIndices(count);
        blocking = new ArrayBlockingQueue<>(count);
        linked = new ConcurrentLinkedQueue<>();
        for (int i = 0; i < count; i++) {
            buffers[i] = new Object();
            ring.give(i);
            blocking.add(buffers[i]);
            linked.add(buffers[i]);
        }
    }

    /** What a thread has taken. */
    @State(Scope.Thread)
    public static class Taken {
        private final Object[] buffers = new Object[BATCH];
        private final int[] indices = new int[BATCH];

        /** Creates the state. */
        public Taken() {
        }
    }

    /**
     * The stack.
     *
     * @return what was taken
     */
    @Benchmark
    public Object stack() {
        final int index = stack.take();
        final Object buffer = buffers[index];
        if (!stack.beginGive(index)) {
            throw new IllegalStateException("given back twice");
        }
        stack.give(index, index);
        return buffer;
    }

    /**
     * The stack, 32 in one step.
     *
     * @param taken the thread's
     */
    @Benchmark
    public void stackBatch(final Taken taken) {
        final long chain = stack.takeChain(BATCH);
        final int count = FreeList.count(chain);
        int index = (int) chain;
        for (int i = 0; i < count; i++) {
            taken.indices[i] = index;
            taken.buffers[i] = buffers[index];
            index = stack.takeNext(index);
        }
        for (int i = 0; i < count; i++) {
            if (!stack.beginGive(taken.indices[i])) {
                throw new IllegalStateException("given back twice");
            }
            if (i > 0) {
                stack.link(taken.indices[i - 1], taken.indices[i]);
            }
        }
        stack.give(taken.indices[0], taken.indices[count - 1]);
    }

    /**
     * A ring with a sequence number per slot.
     *
     * @return what was taken
     */
    @Benchmark
    public Object ring() {
        final int index = ring.take();
        final Object buffer = buffers[index];
        ring.give(index);
        return buffer;
    }

    /**
     * The same, 32 one by one.
     *
     * @param taken the thread's
     */
    @Benchmark
    public void ringBatch(final Taken taken) {
        for (int i = 0; i < BATCH; i++) {
            taken.indices[i] = ring.take();
            taken.buffers[i] = buffers[taken.indices[i]];
        }
        for (int i = 0; i < BATCH; i++) {
            ring.give(taken.indices[i]);
        }
    }

    /**
     * A queue with a lock.
     *
     * @return what was taken
     */
    @Benchmark
    public Object arrayBlockingQueue() {
        final Object buffer = blocking.poll();
        blocking.offer(buffer);
        return buffer;
    }

    /**
     * The same, 32 one by one.
     *
     * @param taken the thread's
     */
    @Benchmark
    public void arrayBlockingQueueBatch(final Taken taken) {
        batch(blocking, taken);
    }

    /**
     * A queue of nodes, each of which becomes garbage.
     *
     * @return what was taken
     */
    @Benchmark
    public Object concurrentLinkedQueue() {
        final Object buffer = linked.poll();
        linked.offer(buffer);
        return buffer;
    }

    /**
     * The same, 32 one by one.
     *
     * @param taken the thread's
     */
    @Benchmark
    public void concurrentLinkedQueueBatch(final Taken taken) {
        batch(linked, taken);
    }

    private static void batch(final Queue<Object> queue, final Taken taken) {
        for (int i = 0; i < BATCH; i++) {
            taken.buffers[i] = queue.poll();
        }
        for (int i = 0; i < BATCH; i++) {
            queue.offer(taken.buffers[i]);
        }
    }
}
