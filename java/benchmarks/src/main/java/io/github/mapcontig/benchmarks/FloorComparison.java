// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.benchmarks;

import io.github.mapcontig.ContiguityProof;
import io.github.mapcontig.ContiguousBuffer;
import io.github.mapcontig.ContiguousMemory;
import io.github.mapcontig.internal.libc.JnaLibC;
import io.github.mapcontig.internal.libc.LibC;
import io.github.mapcontig.internal.libc.Linux;
import io.github.mapcontig.internal.platform.Sizes;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Measures what the library promises about speed against floors measured in C, turn by turn in one run, so that whatever slows
 * the machine slows both. Prints medians, quartiles and ratios.
 *
 * <p>Of memory that the machine has not, it says why it leaves it out. Run as root: {@code java -cp java/benchmarks/target/benchmarks.jar io.github.mapcontig.benchmarks.FloorComparison
 * native/target/floors}.
 */
public final class FloorComparison {
    private static final long SIZE = 64L << 20;
    private static final long GIB = 1L << 30;
    private static final int WARM_UP = 200;
    private static final int ROUNDS = 101;
    private static final double NANOS_PER_MICRO = 1e3;
    private static final double ALLOCATION_TARGET = 1.15;
    private static final double PROOF_TARGET = 1.3;

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
        System.out.printf(Locale.ROOT, "%d rounds, microseconds; load %s%n%-62s %10s %10s %10s%n", ROUNDS, Machine.load(), "", "median",
                "quarter", "3 quarters");
        if (canServe(Kind.MAP_CONTIG, SIZE)) {
            compareAllocation();
            try (ContiguousBuffer buffer = ContiguousMemory.allocate(SIZE)) {
                compareProof(Kind.MAP_CONTIG.name(), buffer.address(), SIZE, () -> checked(buffer.verify()));
            }
        }
        if (canServe(Kind.HUGETLB_SCATTERED, GIB)) {
            try (ContiguousBuffer buffer = Kind.HUGETLB_SCATTERED.allocate(GIB)) {
                compareProof(Kind.HUGETLB_SCATTERED.name(), buffer.address(), GIB, buffer::verify);
            }
        }
        final long address = RawMemory.map(GIB);
        compareProof("ordinary", address, GIB, () -> ContiguityProof.of(address, GIB));
        RawMemory.unmap(address, GIB);
    }

    private static boolean canServe(final Kind kind, final long size) {
        final Optional<String> refusal = kind.refusal(size);
        refusal.ifPresent(reason -> System.out.println("LEFT OUT " + kind + ", " + Sizes.exact(size) + ": " + reason));
        return refusal.isEmpty();
    }

    private void compareAllocation() {
        final long[] memset = new long[ROUNDS];
        final long[] mmapC = new long[ROUNDS];
        final long[] mmapJava = new long[ROUNDS];
        final long[] allocate = new long[ROUNDS];
        for (int i = 0; i < ROUNDS; i++) {
            memset[i] = floors.memset(SIZE);
            mmapJava[i] = mmapContig();
            mmapC[i] = floors.mmap(SIZE);
            allocate[i] = allocate();
        }
        print("memset of mapped memory, C (floor)", memset);
        print("mmap(MAP_CONTIG), Java through JNA", mmapJava);
        print("mmap(MAP_CONTIG), C", mmapC);
        print("ContiguousMemory.allocate, proof included", allocate);
        ratio("mmap(MAP_CONTIG) from Java / memset", mmapJava, memset, ALLOCATION_TARGET);
        ratio("mmap(MAP_CONTIG) from C / memset", mmapC, memset, ALLOCATION_TARGET);
    }

    /** In a loop of its own: a memset of 64 MiB empties the caches, and a proof after it would be compared with a pread before it. */
    private void compareProof(final String what, final long address, final long size, final Supplier<ContiguityProof> proof) {
        final long[] pread = new long[ROUNDS];
        final long[] proofs = new long[ROUNDS];
        for (int i = 0; i < WARM_UP; i++) {
            time(proof);
        }
        // An untimed proof before each, as the C program does: the switch to it and back empties the (emulated) TLB.
        for (int i = 0; i < ROUNDS; i++) {
            pread[i] = floors.pread(address, size);
            time(proof);
            proofs[i] = time(proof);
        }
        final String amount = what + ", " + Sizes.exact(size);
        print("pread of pagemap, C (floor): " + amount, pread);
        print("proof, Java: " + amount, proofs);
        ratio("proof in Java / pread in C: " + amount, proofs, pread, PROOF_TARGET);
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

    private static long time(final Supplier<ContiguityProof> proof) {
        final long start = System.nanoTime();
        final ContiguityProof taken = proof.get();
        final long end = System.nanoTime();
        if (taken.presentPages() != taken.pages()) {
            throw new IllegalStateException("measured memory that is not there: " + taken);
        }
        return end - start;
    }

    private static ContiguityProof checked(final ContiguityProof proof) {
        if (!proof.isContiguous()) {
            throw new IllegalStateException("measured memory that is not contiguous: " + proof);
        }
        return proof;
    }

    private static void print(final String what, final long[] nanos) {
        final long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        System.out.printf(Locale.ROOT, "%-62s %10.1f %10.1f %10.1f%n", what, sorted[ROUNDS / 2] / NANOS_PER_MICRO,
                sorted[ROUNDS / 4] / NANOS_PER_MICRO, sorted[ROUNDS * 3 / 4] / NANOS_PER_MICRO);
    }

    private static void ratio(final String what, final long[] ours, final long[] floor, final double target) {
        final double ratio = (double) median(ours) / median(floor);
        System.out.printf(Locale.ROOT, "%-62s %10.2f  (target: at most %.2f: %s)%n", what, ratio, target,
                ratio <= target ? "reached" : "MISSED");
    }

    private static long median(final long[] nanos) {
        final long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        return sorted[ROUNDS / 2];
    }
}
