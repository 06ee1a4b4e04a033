// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.guest;

import io.github.mapcontig.ContiguityProof;
import io.github.mapcontig.internal.libc.JnaLibC;
import io.github.mapcontig.internal.libc.JnaShims;
import io.github.mapcontig.internal.libc.LibC;
import io.github.mapcontig.internal.libc.Linux;
import io.github.mapcontig.internal.libc.Shims;

/** What is proved of memory that was only read, where one page of zeros stands for all of it. Prints it, for the test to read. */
final class ZerosProgram {
    private static final long HUGE = 2 << 20;
    private static final int MADV_HUGEPAGE = 14;

    private final LibC libC = new JnaLibC();
    private final Shims shims = new JnaShims();

    private ZerosProgram() {
    }

    /**
     * Maps, reads, writes.
     *
     * @param args none
     */
    public static void main(final String[] args) {
        final ZerosProgram program = new ZerosProgram();
        program.tell("read, small pages", Linux.MADV_NOHUGEPAGE, Linux.MADV_POPULATE_READ);
        program.tell("written, small pages", Linux.MADV_NOHUGEPAGE, Linux.MADV_POPULATE_WRITE);
        program.tell("read, a huge page", MADV_HUGEPAGE, Linux.MADV_POPULATE_READ);
        program.tell("written, a huge page", MADV_HUGEPAGE, Linux.MADV_POPULATE_WRITE);
    }

    private void tell(final String what, final int pages, final int touch) {
        final long mapping = libC.mmap(0, 2 * HUGE, Linux.PROT_READ | Linux.PROT_WRITE, Linux.MAP_PRIVATE | Linux.MAP_ANONYMOUS, -1, 0);
        require(mapping != LibC.MAP_FAILED, "mmap");
        final long start = mapping + HUGE - 1 & -HUGE;
        require(libC.madvise(start, HUGE, pages) == 0, "madvise");
        require(libC.madvise(start, HUGE, touch) == 0, "touch");
        final ContiguityProof proof = ContiguityProof.of(start, HUGE);
        System.out.println(what + ": proof " + proof.level() + ", huge entries " + count(start, Linux.PAGE_IS_HUGE, 0)
                + ", zeros " + (HUGE - count(start, 0, Linux.PAGE_IS_PFNZERO)));
        require(libC.munmap(mapping, 2 * HUGE) == 0, "munmap");
    }

    /** Bytes of pages that are present and in such a state. */
    private long count(final long start, final int set, final int clear) {
        final int pagemap = shims.open("/proc/self/pagemap", Linux.O_RDONLY);
        final long[] found = new long[2];
        require(pagemap != -1 && shims.pagemap_scan(pagemap, start, HUGE, Linux.PAGE_IS_PRESENT | set, clear, found) == 0, "pagemap");
        libC.close(pagemap);
        return found[0];
    }

    private static void require(final boolean holds, final String what) {
        if (!holds) {
            throw new IllegalStateException(what);
        }
    }
}
