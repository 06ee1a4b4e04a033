// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli;

import com.sun.jna.Pointer;
import io.github.mapcontig.ContiguousBuffer;
import io.github.mapcontig.ContiguousMemory;
import io.github.mapcontig.Errno;
import io.github.mapcontig.Pagemap;
import io.github.mapcontig.ProofLevel;
import io.github.mapcontig.Source;
import io.github.mapcontig.internal.libc.JnaLibC;
import io.github.mapcontig.internal.libc.LibC;
import io.github.mapcontig.internal.libc.Linux;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Takes the time of allocating, proving, filling, reading and freeing. */
final class Stopwatch {
    private static final int STEPS = 5;

    private final LibC libC = new JnaLibC();
    private final long size;
    private final int runs;
    /** What was read, so that reading can not be left out by the compiler. */
    private long checksum;

    Stopwatch(final long size, final int runs) {
        this.runs = runs;
        final long pageSize = libC.sysconf(Linux._SC_PAGESIZE);
        this.size = (size + pageSize - 1) / pageSize * pageSize;
    }

    /**
     * Medians, nanoseconds.
     *
     * @param name     of what was measured
     * @param allocate mapping, populating, and of a source its first proof
     * @param prove    a further proof, or a bulk read of pagemap
     * @param fill     writing all of it
     * @param read     reading all of it
     * @param free     closing or unmapping
     */
    record Times(String name, long allocate, long prove, long fill, long read, long free) {
    }

    /** One run: the time at which each step ends. */
    private interface Run {
        void run(long[] ends);
    }

    Times source(final Source source) {
        return measure(source.name(), ends -> {
            final ContiguousBuffer buffer = ContiguousMemory.request().size(size).sources(source)
                    .proof(ProofLevel.NONE).allocate();
            try (buffer) {
                ends[0] = System.nanoTime();
                buffer.verify();
                ends[1] = System.nanoTime();
                access(buffer.asByteBuffer(0, (int) size), ends);
            }
            ends[STEPS - 1] = System.nanoTime();
        });
    }

    Times ordinaryMemory() {
        try (Pagemap pagemap = Pagemap.ofSelf()) {
            return measure("ordinary memory", ends -> {
                final long address = map();
                try {
                    ends[0] = System.nanoTime();
                    pagemap.layout(address, size);
                    ends[1] = System.nanoTime();
                    access(new Pointer(address).getByteBuffer(0, size), ends);
                } finally {
                    libC.munmap(address, size);
                }
                ends[STEPS - 1] = System.nanoTime();
            });
        }
    }

    private long map() {
        final long address = libC.mmap(0, size, Linux.PROT_READ | Linux.PROT_WRITE, Linux.MAP_PRIVATE | Linux.MAP_ANONYMOUS,
                -1, 0);
        if (address == LibC.MAP_FAILED) {
            throw new IllegalStateException("mmap of " + size + " ordinary bytes failed: " + new Errno(libC.errno()));
        }
        if (libC.madvise(address, size, Linux.MADV_POPULATE_WRITE) != 0) {
            final Errno errno = new Errno(libC.errno());
            libC.munmap(address, size);
            throw new IllegalStateException("madvise(MADV_POPULATE_WRITE) of " + size + " ordinary bytes failed: " + errno);
        }
        return address;
    }

    private void access(final ByteBuffer bytes, final long[] ends) {
        for (int i = 0; i < bytes.capacity(); i += Long.BYTES) {
            bytes.putLong(i, i);
        }
        ends[2] = System.nanoTime();
        for (int i = 0; i < bytes.capacity(); i += Long.BYTES) {
            checksum += bytes.getLong(i);
        }
        ends[3] = System.nanoTime();
    }

    private Times measure(final String name, final Run run) {
        final long[][] nanos = new long[STEPS][runs];
        // The first run compiles.
        for (int i = -1; i < runs; i++) {
            final long[] ends = new long[STEPS];
            long last = System.nanoTime();
            run.run(ends);
            for (int step = 0; step < STEPS && i >= 0; step++) {
                nanos[step][i] = ends[step] - last;
                last = ends[step];
            }
        }
        Arrays.stream(nanos).forEach(Arrays::sort);
        final int middle = runs / 2;
        return new Times(name, nanos[0][middle], nanos[1][middle], nanos[2][middle], nanos[3][middle], nanos[4][middle]);
    }

    /** Sum of all that was read. */
    long checksum() {
        return checksum;
    }
}
