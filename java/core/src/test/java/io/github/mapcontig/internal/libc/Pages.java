// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.internal.libc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Memory for tests: as many small pages as a huge page has, aligned like one, none of them present. */
final class Pages {
    static final LibC LIB_C = new JnaLibC();
    static final Shims SHIMS = new JnaShims();
    static final long PAGE = 4096;
    static final long HUGE = 2 << 20;
    /** What a scan that proves huge pages asks for. */
    static final int HUGE_SET = Linux.PAGE_IS_PRESENT | Linux.PAGE_IS_HUGE;
    static final int HUGE_CLEAR = Linux.PAGE_IS_SWAPPED | Linux.PAGE_IS_PFNZERO;
    static final int MADV_COLLAPSE = 25;

    private static final int MADV_HUGEPAGE = 14;
    private static final int EINVAL = 22;
    private static final int ENOTTY = 25;

    final long start;
    private final long mapping;

    Pages() {
        assertThat(SHIMS.missingBecause()).isEmpty();
        assumeThat(LIB_C.sysconf(Linux._SC_PAGESIZE)).as("page size these tests are written for").isEqualTo(PAGE);
        mapping = LIB_C.mmap(0, 2 * HUGE, Linux.PROT_READ | Linux.PROT_WRITE, Linux.MAP_PRIVATE | Linux.MAP_ANONYMOUS, -1, 0);
        assertThat(mapping).isNotEqualTo(LibC.MAP_FAILED);
        start = mapping + HUGE - 1 & -HUGE;
        assertThat(LIB_C.madvise(start, HUGE, Linux.MADV_NOHUGEPAGE)).isZero();
    }

    void unmap() {
        assertThat(LIB_C.munmap(mapping, 2 * HUGE)).isZero();
    }

    /** Makes all pages present, as small pages. */
    void populate() {
        assertThat(LIB_C.madvise(start, HUGE, Linux.MADV_POPULATE_WRITE)).isZero();
    }

    /**
     * Leaves pages that were only read. Nearly all kernels map the one shared page of zeros then, which is in no Rss; some give a reader
     * pages of its own.
     */
    void assumeSharedZeros() throws IOException {
        assertThat(LIB_C.madvise(start, HUGE, Linux.MADV_POPULATE_READ)).isZero();
        final List<String> smaps = Files.readAllLines(Path.of("/proc/self/smaps"), StandardCharsets.ISO_8859_1);
        final String rss = smaps.stream().dropWhile(line -> !line.startsWith(Long.toHexString(start) + "-"))
                .filter(line -> line.startsWith("Rss:")).findFirst().orElseThrow();
        assumeThat(rss).as("this kernel maps the shared page of zeros where nothing was written").matches("Rss: *0 kB");
    }

    /**
     * Leaves populated small pages that MADV_COLLAPSE would replace by a huge page, having tried just that with pages like
     * them: what then can not be replaced is held by something.
     */
    void assumeCollapses() {
        populate();
        assertThat(LIB_C.madvise(start, HUGE, MADV_HUGEPAGE)).isZero();
        assumeThat(LIB_C.madvise(start, HUGE, MADV_COLLAPSE)).as("this kernel has MADV_COLLAPSE and a huge page").isZero();
        assertThat(LIB_C.mmap(start, HUGE, Linux.PROT_READ | Linux.PROT_WRITE,
                Linux.MAP_PRIVATE | Linux.MAP_ANONYMOUS | Linux.MAP_FIXED, -1, 0)).isEqualTo(start);
        assertThat(LIB_C.madvise(start, HUGE, Linux.MADV_NOHUGEPAGE)).isZero();
        populate();
        assertThat(LIB_C.madvise(start, HUGE, MADV_HUGEPAGE)).isZero();
    }

    /** Bytes and runs of the pages of this process that match. */
    static long[] scan(final long address, final long length, final int set, final int clear) {
        final int pagemap = SHIMS.open("/proc/self/pagemap", Linux.O_RDONLY);
        assertThat(pagemap).isNotNegative();
        final long[] result = new long[2];
        final int status = SHIMS.pagemap_scan(pagemap, address, length, set, clear, result);
        final int errno = SHIMS.errno();
        LIB_C.close(pagemap);
        assumeThat(status == -1 && (errno == ENOTTY || errno == EINVAL)).as("this kernel lacks PAGEMAP_SCAN").isFalse();
        assertThat(status).isZero();
        return result;
    }
}
