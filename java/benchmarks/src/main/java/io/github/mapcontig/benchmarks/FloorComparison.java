// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.benchmarks;

import io.github.mapcontig.ContiguityProof;
import io.github.mapcontig.ContiguousBuffer;
import io.github.mapcontig.ContiguousMemory;
import io.github.mapcontig.internal.libc.JnaLibC;
import io.github.mapcontig.internal.libc.LibC;
import io.github.mapcontig.internal.libc.Linux;
import java.util.Arrays;
import java.util.Locale;

/**
 * Measures what the library promises about speed against floors measured in C, turn by turn in one run, so that whatever slows
 * the machine slows both. Prints medians, quartiles and ratios.
 *
 * <p>Run in the guest: {@code java -cp java/benchmarks/target/benchmarks.jar io.github.mapcontig.benchmarks.FloorComparison
 * native/target/floors}.
 */
public final class FloorComparison {
    private static final long SIZE = 64L << 20;
    private static final int WARM_UP = 500;
    private static final int ROUNDS = 101;
    private static final double NANOS_PER_MICRO = 1e3;
    private static final double ALLOCATION_TARGET = 1.15;
    private static final double PROOF_TARGET = 2;

    private final LibC libC = new JnaLibC();
    private final Floors floors;

    private FloorComparison(final Floors floors) {
        this.floors = floors;
    }

    /**
     * Measures and prints.
     *
     * @param args path of the program floors
     */
    public static void main(final String[] args) {
        if (args.length != 1) {
            System.err.println("usage: FloorComparison native/target/floors");
            System.exit(2);
        }
        try (Floors floors = new Floors(args[0])) {
            new FloorComparison(floors).compare();
        }
    }

    private void compare() {
        final long[] memset = new long[ROUNDS];
        final long[] mmapC = new long[ROUNDS];
        final long[] mmapJava = new long[ROUNDS];
        final long[] allocate = new long[ROUNDS];
        final long[] pread = new long[ROUNDS];
        final long[] proof = new long[ROUNDS];
        try (ContiguousBuffer buffer = ContiguousMemory.allocate(SIZE)) {
            for (int i = 0; i < WARM_UP; i++) {
                prove(buffer);
            }
            // Two loops: a memset of 64 MiB empties the caches, and a proof after it would be compared with a pread before it. And an
            // untimed proof before each, as the C program does: the switch to it and back empties the (emulated) TLB.
            for (int i = 0; i < ROUNDS; i++) {
                pread[i] = floors.pread(buffer.address(), SIZE);
                prove(buffer);
                proof[i] = prove(buffer);
            }
            for (int i = 0; i < ROUNDS; i++) {
                memset[i] = floors.memset(SIZE);
                mmapJava[i] = mmapContig();
                mmapC[i] = floors.mmap(SIZE);
                allocate[i] = allocate();
            }
        }
        System.out.printf(Locale.ROOT, "64 MiB, %d rounds, microseconds%n%-44s %10s %10s %10s%n", ROUNDS, "", "median", "quarter",
                "3 quarters");
        print("memset of mapped memory, C (floor)", memset);
        print("mmap(MAP_CONTIG), Java through JNA", mmapJava);
        print("mmap(MAP_CONTIG), C", mmapC);
        print("ContiguousMemory.allocate, proof included", allocate);
        print("pread of pagemap, C (floor)", pread);
        print("proof, Java", proof);
        ratio("mmap(MAP_CONTIG) from Java / memset", mmapJava, memset, ALLOCATION_TARGET);
        ratio("mmap(MAP_CONTIG) from C / memset", mmapC, memset, ALLOCATION_TARGET);
        ratio("proof in Java / pread in C", proof, pread, PROOF_TARGET);
    }

    private long mmapContig() {
        final long start = System.nanoTime();
        final long address = libC.mmap(0, SIZE, Linux.PROT_READ | Linux.PROT_WRITE,
                Linux.MAP_PRIVATE | Linux.MAP_ANONYMOUS | Linux.MAP_CONTIG, -1, 0);
        final long end = System.nanoTime();
        if (address == LibC.MAP_FAILED) {
            throw new IllegalStateException("mmap(MAP_CONTIG) failed with errno " + libC.errno());
        }
        libC.munmap(address, SIZE);
        return end - start;
    }

    private static long allocate() {
        final long start = System.nanoTime();
        try (ContiguousBuffer buffer = ContiguousMemory.allocate(SIZE)) {
            final long end = System.nanoTime();
            if (!buffer.proof().isContiguous()) {
                throw new IllegalStateException("measured memory that is not contiguous");
            }
            return end - start;
        }
    }

    private static long prove(final ContiguousBuffer buffer) {
        final long start = System.nanoTime();
        final ContiguityProof proof = buffer.verify();
        final long end = System.nanoTime();
        if (!proof.isContiguous()) {
            throw new IllegalStateException("measured memory that is not contiguous");
        }
        return end - start;
    }

    private static void print(final String what, final long[] nanos) {
        final long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        System.out.printf(Locale.ROOT, "%-44s %10.1f %10.1f %10.1f%n", what, sorted[ROUNDS / 2] / NANOS_PER_MICRO,
                sorted[ROUNDS / 4] / NANOS_PER_MICRO, sorted[ROUNDS * 3 / 4] / NANOS_PER_MICRO);
    }

    private static void ratio(final String what, final long[] ours, final long[] floor, final double target) {
        final double ratio = (double) median(ours) / median(floor);
        System.out.printf(Locale.ROOT, "%-44s %10.2f  (target: at most %.2f: %s)%n", what, ratio, target,
                ratio <= target ? "reached" : "MISSED");
    }

    private static long median(final long[] nanos) {
        final long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        return sorted[ROUNDS / 2];
    }
}
