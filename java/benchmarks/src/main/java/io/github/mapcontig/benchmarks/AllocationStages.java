// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.benchmarks;

import io.github.mapcontig.AllocationRequest;
import io.github.mapcontig.ContiguityProof;
import io.github.mapcontig.ContiguousBuffer;
import io.github.mapcontig.LockLimits;
import io.github.mapcontig.Pagemap;
import io.github.mapcontig.internal.libc.JnaShims;
import io.github.mapcontig.internal.libc.Linux;
import io.github.mapcontig.internal.libc.Shims;
import io.github.mapcontig.internal.mapping.Coherency;
import io.github.mapcontig.internal.platform.KernelFiles;
import io.github.mapcontig.internal.source.HugetlbSource;
import io.github.mapcontig.internal.source.LockedSource;
import io.github.mapcontig.internal.source.MapContigSource;
import io.github.mapcontig.internal.source.MemorySource;
import io.github.mapcontig.internal.source.RefusedException;
import io.github.mapcontig.internal.source.SourceContext;
import io.github.mapcontig.internal.source.SourceMemory;
import java.nio.file.Path;
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

/** What an allocation is made of, each stage by itself, in the order in which they come. Pinning is a stage only where it is asked for. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 10, time = 1)
public class AllocationStages {
    private static final int MADV_DOFORK = 11;
    private static final int MADV_DODUMP = 17;

    /** Creates the benchmark. */
    public AllocationStages() {
    }

    /** What is allocated. */
    @State(Scope.Benchmark)
    public static class Wanted {
        /** Bytes. */
        @Param({"2097152", "67108864"})
        public long size;
        /** What kind of memory. */
        @Param
        public Kind memory;

        /** Creates the state. */
        public Wanted() {
        }
    }

    /** A source of its own, and what it mapped. */
    @State(Scope.Benchmark)
    public static class Mapped {
        private MemorySource source;
        private AllocationRequest request;
        private Pagemap pagemap;
        private SourceMemory memory;

        /** Creates the state. */
        public Mapped() {
        }

        /**
         * Makes the source.
         *
         * @param wanted what is allocated
         */
        @Setup
        public void start(final Wanted wanted) {
            pagemap = Pagemap.ofSelf();
            final Path root = Path.of("/");
            final SourceContext context = new SourceContext(RawMemory.LIB_C, new JnaShims(), new KernelFiles(root), root,
                    () -> new LockLimits(0, 0, 0, false), () -> pagemap, Coherency.COHERENT, pagemap.pageSize());
            source = switch (wanted.memory.source()) {
                case MAP_CONTIG -> new MapContigSource(context);
                case HUGETLB -> new HugetlbSource(context);
                case LOCKED -> new LockedSource(context);
                default -> throw new IllegalArgumentException("no stages of " + wanted.memory);
            };
            request = wanted.memory.request(wanted.size).build();
        }

        /** Unmaps it. */
        @TearDown(Level.Invocation)
        public void unmap() {
            RawMemory.unmap(memory.address(), memory.length());
        }

        /** Closes the pagemap. */
        @TearDown
        public void stop() {
            pagemap.close();
        }
    }

    /** A buffer that is there already. */
    @State(Scope.Benchmark)
    public static class Kept {
        private ContiguousBuffer buffer;
        private long address;

        /** Creates the state. */
        public Kept() {
        }

        /**
         * Allocates it.
         *
         * @param wanted what is allocated
         */
        @Setup
        public void start(final Wanted wanted) {
            buffer = wanted.memory.allocate(wanted.size);
            address = buffer.address();
        }

        /**
         * Proves that it still is what was measured, and frees it.
         *
         * @param wanted what is allocated
         */
        @TearDown
        public void stop(final Wanted wanted) {
            wanted.memory.check(buffer);
            buffer.close();
        }
    }

    /** Takes back what was advised, or it would be nothing new. */
    @State(Scope.Benchmark)
    public static class Unadvised {
        /** Creates the state. */
        public Unadvised() {
        }

        /**
         * Takes it back.
         *
         * @param wanted what is allocated
         * @param kept   the buffer
         */
        @Setup(Level.Invocation)
        public void reset(final Wanted wanted, final Kept kept) {
            RawMemory.advise(kept.address, wanted.size, MADV_DOFORK);
            RawMemory.advise(kept.address, wanted.size, MADV_DODUMP);
        }
    }

    /** What is pinned. */
    @State(Scope.Benchmark)
    public static class Pinned {
        private final Shims shims = new JnaShims();
        private int pin;

        /** Creates the state. */
        public Pinned() {
        }

        /** Ends the pin. */
        @TearDown(Level.Invocation)
        public void unpin() {
            if (shims.unpin(pin) != 0) {
                throw new IllegalStateException("unpin failed with errno " + shims.errno());
            }
        }
    }

    /** A new buffer each time. */
    @State(Scope.Benchmark)
    public static class Fresh {
        private ContiguousBuffer buffer;

        /** Creates the state. */
        public Fresh() {
        }

        /**
         * Allocates it.
         *
         * @param wanted what is allocated
         */
        @Setup(Level.Invocation)
        public void allocate(final Wanted wanted) {
            buffer = wanted.memory.allocate(wanted.size);
        }
    }

    /**
     * The source maps and populates.
     *
     * @param wanted what is allocated
     * @param mapped receives it
     * @return what it mapped
     * @throws RefusedException if it can not
     */
    @Benchmark
    public SourceMemory map(final Wanted wanted, final Mapped mapped) throws RefusedException {
        mapped.memory = mapped.source.map(mapped.request, wanted.size);
        return mapped.memory;
    }

    /**
     * MADV_DONTFORK and MADV_DONTDUMP.
     *
     * @param wanted    what is allocated
     * @param kept      the buffer
     * @param unadvised state before
     */
    @Benchmark
    public void advise(final Wanted wanted, final Kept kept, final Unadvised unadvised) {
        RawMemory.advise(kept.address, wanted.size, Linux.MADV_DONTFORK);
        RawMemory.advise(kept.address, wanted.size, Linux.MADV_DONTDUMP);
    }

    /**
     * Registers it with an io_uring.
     *
     * @param wanted what is allocated
     * @param kept   the buffer
     * @param pinned receives the pin
     * @return file descriptor of the pin
     */
    @Benchmark
    public int pin(final Wanted wanted, final Kept kept, final Pinned pinned) {
        pinned.pin = pinned.shims.pin(kept.address, wanted.size);
        if (pinned.pin == -1) {
            throw new IllegalStateException("pin failed with errno " + pinned.shims.errno());
        }
        return pinned.pin;
    }

    /**
     * Takes the proof.
     *
     * @param kept the buffer
     * @return the proof
     */
    @Benchmark
    public ContiguityProof prove(final Kept kept) {
        return kept.buffer.verify();
    }

    /**
     * Frees the memory and leaves a tombstone.
     *
     * @param fresh the buffer
     */
    @Benchmark
    public void close(final Fresh fresh) {
        fresh.buffer.close();
    }
}
