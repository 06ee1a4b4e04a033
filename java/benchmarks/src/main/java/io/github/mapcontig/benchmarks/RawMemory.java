// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.benchmarks;

import io.github.mapcontig.internal.libc.JnaLibC;
import io.github.mapcontig.internal.libc.LibC;
import io.github.mapcontig.internal.libc.Linux;

/** Ordinary memory, mapped and unmapped by hand, for comparison. What fails throws {@link IllegalStateException}. */
final class RawMemory {
    static final LibC LIB_C = new JnaLibC();

    /** mmap: makes every page present (bits/mman-linux.h). The library does without it, since it hides failures. */
    private static final int MAP_POPULATE = 0x8000;

    private RawMemory() {
    }

    /**
     * mmap with MAP_POPULATE: all pages are there and zero.
     *
     * @param size bytes
     * @return address
     */
    static long map(final long size) {
        return mmap(size, MAP_POPULATE);
    }

    static void unmap(final long address, final long size) {
        check(LIB_C.munmap(address, size), "munmap");
    }

    static void advise(final long address, final long size, final int advice) {
        check(LIB_C.madvise(address, size, advice), "madvise");
    }

    /**
     * Maps what the source of a kind maps, as it does, and proves nothing.
     *
     * @param kind which
     * @param size bytes
     * @return address
     */
    static long map(final Kind kind, final long size) {
        return switch (kind) {
            case MAP_CONTIG -> mmap(size, Linux.MAP_CONTIG);
            case LOCKED_SCATTERED -> mapLocked(size);
            default -> throw new IllegalArgumentException("the library maps " + kind + " page by page");
        };
    }

    private static long mapLocked(final long size) {
        final long address = mmap(size, 0);
        LIB_C.madvise(address, size, Linux.MADV_HUGEPAGE);
        check(LIB_C.mlock(address, size), "mlock");
        return address;
    }

    private static long mmap(final long size, final int flags) {
        final long address = LIB_C.mmap(0, size, Linux.PROT_READ | Linux.PROT_WRITE,
                Linux.MAP_PRIVATE | Linux.MAP_ANONYMOUS | flags, -1, 0);
        if (address == LibC.MAP_FAILED) {
            throw new IllegalStateException("mmap of " + size + " bytes failed with errno " + LIB_C.errno());
        }
        return address;
    }

    private static void check(final int result, final String call) {
        if (result != 0) {
            throw new IllegalStateException(call + " failed with errno " + LIB_C.errno());
        }
    }
}
