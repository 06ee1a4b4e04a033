// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.benchmarks;

import com.sun.jna.Pointer;
import io.github.mapcontig.ContiguousBuffer;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
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

/**
 * Reads (sum) and writes (fill) a whole buffer in order, by each kind of view, and copies it; beside the same with an array. The smaller
 * size fits into a processor's caches and shows what a view costs, the larger one does not and shows memory.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 10, time = 1)
public class AccessBenchmark {
    private static final VarHandle LONGS = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final int STEP = Long.BYTES;

    /** Bytes. */
    @Param({"262144", "67108864"})
    public int size;
    /** What kind of memory. */
    @Param
    public Kind memory;

    private ContiguousBuffer buffer;
    private ByteBuffer view;
    private Pointer pointer;
    private long[] array;
    private byte[] bytes;
    private byte[] otherBytes;
    private long value;

    /** Creates the state. */
    public AccessBenchmark() {
    }

    /** Allocates. */
    @Setup
    public void start() {
        buffer = memory.allocate(size);
        view = buffer.asByteBuffer(0, size);
        pointer = new Pointer(buffer.address());
        array = new long[size / STEP];
        bytes = new byte[size];
        otherBytes = new byte[size];
        value = 1;
    }

    /** Makes sure that what was measured is what it is called, and frees it. */
    @TearDown
    public void stop() {
        memory.check(buffer);
        buffer.close();
    }

    /**
     * An array of the heap: the floor.
     *
     * @return the sum
     */
    @Benchmark
    public long sumArray() {
        long sum = 0;
        for (int i = 0; i < array.length; i++) {
            sum += array[i];
        }
        return sum;
    }

    /**
     * ContiguousBuffer.getLong.
     *
     * @return the sum
     */
    @Benchmark
    @Floor("sumArray")
    public long sumContiguousBuffer() {
        long sum = 0;
        for (long i = 0; i < size; i += STEP) {
            sum += buffer.getLong(i);
        }
        return sum;
    }

    /**
     * ByteBuffer.getLong.
     *
     * @return the sum
     */
    @Benchmark
    @Floor("sumArray")
    public long sumByteBuffer() {
        long sum = 0;
        for (int i = 0; i < size; i += STEP) {
            sum += view.getLong(i);
        }
        return sum;
    }

    /**
     * A VarHandle on the byte buffer.
     *
     * @return the sum
     */
    @Benchmark
    @Floor("sumArray")
    public long sumVarHandle() {
        long sum = 0;
        for (int i = 0; i < size; i += STEP) {
            sum += (long) LONGS.get(view, i);
        }
        return sum;
    }

    /**
     * JNA's Pointer.getLong.
     *
     * @return the sum
     */
    @Benchmark
    @Floor("sumArray")
    public long sumJnaPointer() {
        long sum = 0;
        for (long i = 0; i < size; i += STEP) {
            sum += pointer.getLong(i);
        }
        return sum;
    }

    /**
     * An array of the heap: the floor.
     *
     * @return the array
     */
    @Benchmark
    public long[] fillArray() {
        Arrays.fill(array, value++);
        return array;
    }

    /** ContiguousBuffer.putLong. */
    @Benchmark
    @Floor("fillArray")
    public void fillContiguousBuffer() {
        final long written = value++;
        for (long i = 0; i < size; i += STEP) {
            buffer.putLong(i, written);
        }
    }

    /** ByteBuffer.putLong. */
    @Benchmark
    @Floor("fillArray")
    public void fillByteBuffer() {
        final long written = value++;
        for (int i = 0; i < size; i += STEP) {
            view.putLong(i, written);
        }
    }

    /** A VarHandle on the byte buffer. */
    @Benchmark
    @Floor("fillArray")
    public void fillVarHandle() {
        final long written = value++;
        for (int i = 0; i < size; i += STEP) {
            LONGS.set(view, i, written);
        }
    }

    /** JNA's Pointer.setLong. */
    @Benchmark
    @Floor("fillArray")
    public void fillJnaPointer() {
        final long written = value++;
        for (long i = 0; i < size; i += STEP) {
            pointer.setLong(i, written);
        }
    }

    /**
     * From array to array: the floor of copies.
     *
     * @return the array
     */
    @Benchmark
    public byte[] copyArray() {
        System.arraycopy(otherBytes, 0, bytes, 0, size);
        return bytes;
    }

    /**
     * ContiguousBuffer.get.
     *
     * @return the array
     */
    @Benchmark
    @Floor("copyArray")
    public byte[] copyFromContiguousBuffer() {
        buffer.get(0, bytes, 0, size);
        return bytes;
    }

    /** ContiguousBuffer.put. */
    @Benchmark
    @Floor("copyArray")
    public void copyToContiguousBuffer() {
        buffer.put(0, bytes, 0, size);
    }

    /**
     * ByteBuffer.get.
     *
     * @return the array
     */
    @Benchmark
    @Floor("copyArray")
    public byte[] copyFromByteBuffer() {
        view.get(0, bytes, 0, size);
        return bytes;
    }

    /** ByteBuffer.put. */
    @Benchmark
    @Floor("copyArray")
    public void copyToByteBuffer() {
        view.put(0, bytes, 0, size);
    }
}
