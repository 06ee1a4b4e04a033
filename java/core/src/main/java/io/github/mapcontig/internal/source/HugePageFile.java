// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.internal.source;

import io.github.mapcontig.Errno;
import io.github.mapcontig.Extent;
import io.github.mapcontig.PhysicalLayout;
import io.github.mapcontig.Refusal;
import io.github.mapcontig.Source;
import io.github.mapcontig.internal.libc.LibC;
import io.github.mapcontig.internal.libc.Linux;
import io.github.mapcontig.internal.platform.HugePagePool;
import io.github.mapcontig.internal.platform.Sizes;
import java.util.Arrays;

/**
 * A file without a name, made of huge pages, whose pages can be mapped in any order. Not thread-safe. Close it: what is mapped by
 * then stays, everything else of the file goes back to the pool.
 */
final class HugePageFile implements AutoCloseable {
    private final LibC libC;
    private final SourceContext context;
    private final long pageSize;
    private final int fd;
    private int pages;
    /** Where the whole file is mapped, 0 if it is not. */
    private long whole;

    HugePageFile(final SourceContext context, final HugePagePool pool) throws RefusedException {
        this.context = context;
        this.libC = context.libC();
        this.pageSize = pool.pageSize();
        this.fd = libC.memfd_create("mapcontig", Linux.MFD_CLOEXEC | Linux.MFD_HUGETLB
                | Long.numberOfTrailingZeros(pageSize) << Linux.MFD_HUGE_SHIFT);
        if (fd == -1) {
            throw failed("memfd_create");
        }
    }

    /**
     * Makes the file longer and populates it.
     *
     * @param count pages that it shall have, not fewer than before
     * @return the physical address of each; empty if they are hidden
     */
    long[] take(final int count) throws RefusedException {
        unmapWhole();
        final long length = count * pageSize;
        check(libC.ftruncate(fd, length), "ftruncate");
        pages = count;
        final long address = libC.mmap(0, length, Linux.PROT_READ | Linux.PROT_WRITE, Linux.MAP_SHARED, fd, 0);
        if (address == LibC.MAP_FAILED) {
            throw failed("mmap");
        }
        whole = address;
        check(libC.madvise(whole, length, Linux.MADV_POPULATE_WRITE), "madvise(MADV_POPULATE_WRITE)");
        final PhysicalLayout layout = context.pagemap().get().layout(whole, length, pageSize);
        return layout.hiddenPages() > 0 ? new long[0] : addresses(layout);
    }

    private long[] addresses(final PhysicalLayout layout) throws RefusedException {
        final long[] addresses = new long[pages];
        Arrays.fill(addresses, -1);
        for (final Extent extent : layout.extents()) {
            for (long offset = extent.offset(); offset < extent.endOffset(); offset += pageSize) {
                addresses[(int) (offset / pageSize)] = extent.physicalAddress() + offset - extent.offset();
            }
        }
        for (final long address : addresses) {
            if (address == -1) {
                throw new RefusedException(Refusal.of(Source.HUGETLB.name(), "pages of the pool went away while they were read",
                        "try again; look into the kernel log (dmesg) for memory failures"));
            }
        }
        return addresses;
    }

    /**
     * Maps pages one after the other and gives the others back.
     *
     * @param chosen page numbers in the order wanted
     * @return the address, which is the caller's to unmap
     */
    long arrange(final int[] chosen) throws RefusedException {
        final long address = inOrder(chosen) ? takeWhole() : mapEach(chosen);
        boolean done = false;
        try {
            giveBackOthers(chosen);
            done = true;
            return address;
        } finally {
            if (!done) {
                libC.munmap(address, chosen.length * pageSize);
            }
        }
    }

    private boolean inOrder(final int[] chosen) {
        for (int i = 0; i < chosen.length; i++) {
            if (chosen[i] != i) {
                return false;
            }
        }
        return chosen.length == pages;
    }

    private long takeWhole() {
        final long address = whole;
        whole = 0;
        return address;
    }

    private long mapEach(final int[] chosen) throws RefusedException {
        final long length = chosen.length * pageSize;
        final long address = reserve(length);
        for (int i = 0; i < chosen.length; i++) {
            final long result = libC.mmap(address + i * pageSize, pageSize, Linux.PROT_READ | Linux.PROT_WRITE,
                    Linux.MAP_SHARED | Linux.MAP_FIXED, fd, chosen[i] * pageSize);
            if (result == LibC.MAP_FAILED) {
                final RefusedException why = failed("mmap of one of " + chosen.length + " pages");
                libC.munmap(address, length);
                throw why;
            }
        }
        return address;
    }

    /** Takes addresses that are a multiple of the huge page size. */
    private long reserve(final long length) throws RefusedException {
        final long taken = libC.mmap(0, length + pageSize, Linux.PROT_NONE,
                Linux.MAP_PRIVATE | Linux.MAP_ANONYMOUS | Linux.MAP_NORESERVE, -1, 0);
        if (taken == LibC.MAP_FAILED) {
            throw failed("mmap of address space");
        }
        final long address = Placement.roundUp(taken, pageSize);
        if (address > taken) {
            libC.munmap(taken, address - taken);
        }
        if (address < taken + pageSize) {
            libC.munmap(address + length, taken + pageSize - address);
        }
        return address;
    }

    private void giveBackOthers(final int[] chosen) throws RefusedException {
        unmapWhole();
        final boolean[] kept = new boolean[pages];
        for (final int page : chosen) {
            kept[page] = true;
        }
        for (int page = 0; page < pages; page++) {
            if (!kept[page]) {
                check(libC.fallocate(fd, Linux.FALLOC_FL_PUNCH_HOLE | Linux.FALLOC_FL_KEEP_SIZE, page * pageSize, pageSize),
                        "fallocate");
            }
        }
    }

    private void unmapWhole() {
        if (whole != 0) {
            libC.munmap(whole, pages * pageSize);
            whole = 0;
        }
    }

    private void check(final int result, final String call) throws RefusedException {
        if (result != 0) {
            throw failed(call);
        }
    }

    private RefusedException failed(final String call) {
        return new RefusedException(Refusal.of(Source.HUGETLB.name(), call + " failed for huge pages of "
                + Sizes.exact(pageSize), new Errno(libC.errno()), "check that nobody else took them meanwhile (grep Huge"
                + " /proc/meminfo), the limit on open files (ulimit -n), and the hugetlb limit of the memory cgroup"));
    }

    @Override
    public void close() {
        unmapWhole();
        libC.close(fd);
    }
}
