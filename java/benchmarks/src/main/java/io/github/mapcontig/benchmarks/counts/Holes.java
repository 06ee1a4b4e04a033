// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.benchmarks.counts;

import com.sun.jna.Pointer;
import io.github.mapcontig.internal.libc.JnaLibC;
import io.github.mapcontig.internal.libc.LibC;
import io.github.mapcontig.internal.libc.Linux;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Holes of a page in free memory: some is touched in random order, and every other page given back. */
final class Holes {
    private static final LibC LIB_C = new JnaLibC();
    private static final long SEED = 20261128;

    private Holes() {
    }

    /**
     * Makes half as many holes as there are pages, and closes them again.
     *
     * @param size       bytes of memory to make them in
     * @param allocation what is to get the holes
     * @return what was allocated
     */
    static <T> T into(final long size, final Supplier<T> allocation) {
        final long page = LIB_C.sysconf(Linux._SC_PAGESIZE);
        final long address = LIB_C.mmap(0, size, Linux.PROT_READ | Linux.PROT_WRITE, Linux.MAP_PRIVATE | Linux.MAP_ANONYMOUS, -1, 0);
        if (address == LibC.MAP_FAILED) {
            throw new IllegalStateException("mmap of " + size + " bytes failed with errno " + LIB_C.errno());
        }
        try {
            dig(address, size, page);
            return allocation.get();
        } finally {
            LIB_C.munmap(address, size);
        }
    }

    private static void dig(final long address, final long size, final long page) {
        LIB_C.madvise(address, size, Linux.MADV_NOHUGEPAGE);
        final List<Integer> order = Arrays.asList(IntStream.range(0, Math.toIntExact(size / page)).boxed().toArray(Integer[]::new));
        Collections.shuffle(order, new Random(SEED));
        order.forEach(number -> new Pointer(address).setByte(number * page, (byte) 1));
        for (long offset = 0; offset < size; offset += 2 * page) {
            if (LIB_C.madvise(address + offset, page, Linux.MADV_DONTNEED) != 0) {
                throw new IllegalStateException("madvise failed with errno " + LIB_C.errno());
            }
        }
    }
}
