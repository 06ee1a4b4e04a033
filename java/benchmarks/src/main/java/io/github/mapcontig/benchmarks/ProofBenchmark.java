// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.benchmarks;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import io.github.mapcontig.ContiguityProof;
import io.github.mapcontig.ContiguousBuffer;
import io.github.mapcontig.Pagemap;
import io.github.mapcontig.PhysicalLayout;
import io.github.mapcontig.internal.libc.JnaShims;
import io.github.mapcontig.internal.libc.Linux;
import io.github.mapcontig.internal.libc.Shims;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * Where 1 GiB lies, in several ways. Times are per page of 4 KiB of that GiB, also where a way looks at fewer of them, so all can be
 * compared; the one that is too slow for the whole is measured on {@value #SAMPLE} pages. Pages of 4 KiB only.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 10, time = 1)
public class ProofBenchmark {
    static final String ORDINARY = "ORDINARY";
    static final long SIZE = 1L << 30;
    private static final int PAGE = 4096;
    private static final int PAGES = (int) (SIZE / PAGE);
    private static final int SAMPLE = 4096;
    private static final long PFN_MASK = (1L << 55) - 1;
    private static final String PAGEMAP = "/proc/self/pagemap";

    /** What is proved: ordinary pages of 4 KiB as they come, or a {@link Kind}. */
    @Param({ORDINARY, "HUGETLB_SCATTERED", "MAP_CONTIG"})
    public String memory;

    private final Shims shims = new JnaShims();
    private final long[] found = new long[2];
    private final ByteBuffer word = ByteBuffer.allocateDirect(Long.BYTES).order(ByteOrder.nativeOrder());
    private ContiguousBuffer buffer;
    private long address;
    private Pagemap pagemap;
    private FileChannel channel;
    private int fd;
    private Memory words;

    private static final class LibC {
        static {
            Native.register("c");
        }

        static native long pread(int fd, Pointer buffer, long count, long offset);
    }

    /** Creates the state. */
    public ProofBenchmark() {
    }

    /**
     * Allocates what is to be proved.
     *
     * @throws IOException if pagemap can not be opened
     */
    @Setup
    public void start() throws IOException {
        if (memory.equals(ORDINARY)) {
            address = RawMemory.map(SIZE);
        } else {
            buffer = Kind.valueOf(memory).allocate(SIZE);
            address = buffer.address();
        }
        pagemap = Pagemap.ofSelf();
        if (pagemap.pageSize() != PAGE) {
            throw new IllegalStateException("this benchmark is for pages of 4 KiB: " + pagemap.pageSize());
        }
        channel = FileChannel.open(Path.of(PAGEMAP), StandardOpenOption.READ);
        fd = shims.open(PAGEMAP, Linux.O_RDONLY);
        words = new Memory((long) PAGES * Long.BYTES);
        words.clear();
    }

    /**
     * Makes sure that what was measured is what it is called, and frees it.
     *
     * @throws IOException if pagemap can not be closed
     */
    @TearDown
    public void stop() throws IOException {
        RawMemory.LIB_C.close(fd);
        channel.close();
        final PhysicalLayout layout = pagemap.layout(address, SIZE);
        pagemap.close();
        if (memory.equals(ORDINARY)) {
            if (layout.presentPages() != PAGES) {
                throw new IllegalStateException("pages went away: " + layout.presentPages() + " are present");
            }
            RawMemory.unmap(address, SIZE);
            return;
        }
        Kind.valueOf(memory).check(buffer);
        if (!layout.extents().equals(buffer.verify().extents())) {
            throw new IllegalStateException("a proof tells something else than all entries");
        }
        buffer.close();
    }

    /**
     * A proof, as the library takes it: touches all pages and reads; of huge pages, the first entry of each.
     *
     * @return the proof
     */
    @Benchmark
    @OperationsPerInvocation(PAGES)
    @Floor("preadWhole")
    public ContiguityProof verify() {
        return memory.equals(ORDINARY) ? ContiguityProof.of(address, SIZE) : buffer.verify();
    }

    /**
     * The library's bulk read of all entries.
     *
     * @return where the buffer lies
     */
    @Benchmark
    @OperationsPerInvocation(PAGES)
    @Floor("preadWhole")
    public PhysicalLayout readAllEntries() {
        return pagemap.layout(address, SIZE);
    }

    /**
     * A system call for each page.
     *
     * @return the number of pages that follow their predecessors
     * @throws IOException if reading fails
     */
    @Benchmark
    @OperationsPerInvocation(PAGES)
    @Floor("preadWhole")
    public int preadPerPage() throws IOException {
        int joined = 0;
        long expected = -1;
        for (long page = address / PAGE; page < address / PAGE + PAGES; page++) {
            word.clear();
            channel.read(word, page * Long.BYTES);
            final long pfn = word.getLong(0) & PFN_MASK;
            joined += pfn == expected ? 1 : 0;
            expected = pfn + 1;
        }
        return joined;
    }

    /**
     * As user-space drivers in Java do it: open, seek, read and close for each page. Of a sample of the pages.
     *
     * @param blackhole takes the addresses
     * @throws IOException if reading fails
     */
    @Benchmark
    @OperationsPerInvocation(SAMPLE)
    @Floor("preadWhole")
    public void openSeekReadClosePerPage(final Blackhole blackhole) throws IOException {
        for (int i = 0; i < SAMPLE; i++) {
            final long virtual = address + (long) i * (PAGES / SAMPLE) * PAGE;
            try (RandomAccessFile file = new RandomAccessFile(PAGEMAP, "r")) {
                file.seek(virtual / PAGE * Long.BYTES);
                final byte[] bytes = new byte[Long.BYTES];
                file.readFully(bytes);
                blackhole.consume((ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()).getLong() & PFN_MASK) * PAGE);
            }
        }
    }

    /**
     * PAGEMAP_SCAN: tells whether all pages are there, but no page frame numbers, so proves less.
     *
     * @return bytes that are present
     */
    @Benchmark
    @OperationsPerInvocation(PAGES)
    @Floor("preadWhole")
    public long pagemapScanWithoutPfns() {
        if (shims.pagemap_scan(fd, address, SIZE, Linux.PAGE_IS_PRESENT, Linux.PAGE_IS_SWAPPED, found) != 0 || found[0] != SIZE) {
            throw new IllegalStateException("PAGEMAP_SCAN found " + found[0] + " bytes, errno " + shims.errno());
        }
        return found[0];
    }

    /**
     * The system call alone, all entries by one. FloorComparison measures the same from C.
     *
     * @return bytes read
     */
    @Benchmark
    @OperationsPerInvocation(PAGES)
    public long preadWhole() {
        final long read = LibC.pread(fd, words, words.size(), address / PAGE * Long.BYTES);
        if (read != words.size()) {
            throw new IllegalStateException("pread read " + read + " bytes");
        }
        return read;
    }
}
