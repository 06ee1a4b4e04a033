// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli;

import com.sun.jna.Pointer;
import io.github.mapcontig.ContiguityProof;
import io.github.mapcontig.ContiguousBuffer;
import io.github.mapcontig.Errno;
import io.github.mapcontig.internal.libc.JnaLibC;
import io.github.mapcontig.internal.libc.LibC;
import io.github.mapcontig.internal.libc.Linux;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Ordinary memory, the negative control: what an mmap without MAP_CONTIG gives, or with it on a kernel that ignores the flag.
 *
 * <p>Its pages are touched in random order, as those of a program that has run for a while: a freshly booted machine hands
 * out neighbours to whoever touches from front to back, by luck and for that once. Each page is full of a random number of its
 * own, which is nowhere else in memory: small numbers are everywhere.
 */
public final class ScatteredMemory implements AutoCloseable {
    private static final long SEED = 20260717;

    private final LibC libC = new JnaLibC();
    private final long address;
    private final long length;
    private final long pageSize;

    /**
     * Maps and touches memory.
     *
     * @param length     bytes, whole pages
     * @param extraFlags added to MAP_PRIVATE and MAP_ANONYMOUS
     */
    public ScatteredMemory(final long length, final int extraFlags) {
        this.length = length;
        this.pageSize = libC.sysconf(Linux._SC_PAGESIZE);
        this.address = libC.mmap(0, length, Linux.PROT_READ | Linux.PROT_WRITE,
                Linux.MAP_PRIVATE | Linux.MAP_ANONYMOUS | extraFlags, -1, 0);
        if (address == LibC.MAP_FAILED) {
            throw new IllegalStateException("mmap of " + length + " ordinary bytes failed: " + new Errno(libC.errno()));
        }
        // Fails on a kernel without huge pages, which is as good.
        libC.madvise(address, length, Linux.MADV_NOHUGEPAGE);
        final List<Integer> order = Arrays.asList(IntStream.range(0, Math.toIntExact(length / pageSize)).boxed()
                .toArray(Integer[]::new));
        Collections.shuffle(order, new Random(SEED));
        final Pointer memory = new Pointer(address);
        final Random random = new Random();
        for (final int page : order) {
            final long number = random.nextLong();
            for (long offset = page * pageSize; offset < (page + 1) * pageSize; offset += Long.BYTES) {
                memory.setLong(offset, number);
            }
        }
    }

    /**
     * Where it is.
     *
     * @return virtual address
     */
    public long address() {
        return address;
    }

    /**
     * How long it is.
     *
     * @return bytes
     */
    public long length() {
        return length;
    }

    /**
     * How large its pages are.
     *
     * @return bytes
     */
    public long pageSize() {
        return pageSize;
    }

    /**
     * Reads a long.
     *
     * @param offset of its first byte
     * @return the value: that of its page
     */
    public long getLong(final long offset) {
        return new Pointer(address).getLong(Objects.checkIndex(offset, length - Long.BYTES + 1));
    }

    /**
     * Compares with a copy.
     *
     * @param offset   of the first byte here, a multiple of 8
     * @param copy     what a device made of it
     * @param copiedTo of the first byte there
     * @param bytes    a multiple of 8
     * @return how many bytes are in words of 8 that are equal
     */
    long bytesEqual(final long offset, final ContiguousBuffer copy, final long copiedTo, final long bytes) {
        return Long.BYTES * LongStream.range(0, bytes / Long.BYTES).map(word -> word * Long.BYTES)
                .filter(at -> getLong(offset + at) == copy.getLong(copiedTo + at)).count();
    }

    /**
     * Compares with a copy, page by page.
     *
     * @param offset   of the first page here
     * @param copy     what a device made of it
     * @param copiedTo of the first page there
     * @param bytes    whole pages
     * @return how many pages are equal
     */
    public long pagesEqual(final long offset, final ContiguousBuffer copy, final long copiedTo, final long bytes) {
        return LongStream.range(0, bytes / pageSize).map(page -> page * pageSize)
                .filter(at -> bytesEqual(offset + at, copy, copiedTo + at, pageSize) == pageSize).count();
    }

    /**
     * Gives every other page back. As they lie anywhere, free memory has holes of a page then, which those who ask for single pages
     * next get: so they get scattered ones as well, also from allocators that touch from front to back. What remains here keeps the holes
     * apart until it is closed.
     */
    public void giveBackEveryOtherPage() {
        for (long offset = 0; offset < length; offset += 2 * pageSize) {
            if (libC.madvise(address + offset, pageSize, Linux.MADV_DONTNEED) != 0) {
                throw new IllegalStateException("madvise of " + pageSize + " bytes failed: " + new Errno(libC.errno()));
            }
        }
    }

    /**
     * Takes a proof of it by the same code that proves contiguous memory.
     *
     * @return the proof
     */
    public ContiguityProof prove() {
        return ContiguityProof.of(address, length);
    }

    @Override
    public void close() {
        libC.munmap(address, length);
    }
}
