// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

import io.github.mapcontig.internal.platform.FileErrors;
import io.github.mapcontig.internal.platform.Sizes;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.apache.commons.lang3.Validate;

/**
 * Where the pages of a process lie in memory: /proc/PID/pagemap, read in bulk.
 *
 * <p>It tells where pages are <em>now</em>. Ordinary memory may move a moment later, also when it is locked. Pages that were
 * never touched, or whose page-table entry went away, read as not present; {@link ContiguityProof} touches them.
 *
 * <p>Page frame numbers are shown to a process that had CAP_SYS_ADMIN in the initial user namespace when it opened the file,
 * so a program may open one, drop the capability and go on reading; an interrupted thread ({@link Thread#interrupt()}) makes
 * it open the file again. To read another process's pagemap takes the right to trace it.
 *
 * <p>Thread-safe; concurrent reads wait for each other. Close it to give the file descriptor back.
 */
public final class Pagemap implements AutoCloseable {
    /**
     * Pages read by one system call. So many that the call itself does not count, and so few that what it wrote is still in the
     * processor's nearest cache when it is looked at.
     */
    private static final int BATCH = 2048;

    private final Path file;
    private final long pageSize;
    private final ByteBuffer bytes = ByteBuffer.allocateDirect(BATCH * Long.BYTES).order(ByteOrder.nativeOrder());
    private final long[] words = new long[BATCH];
    private FileChannel channel;

    /**
     * Opens a pagemap file.
     *
     * @param file     the file
     * @param pageSize bytes in a page of this machine
     */
    Pagemap(final Path file, final long pageSize) {
        this.file = file;
        this.pageSize = pageSize;
        this.channel = open();
    }

    /**
     * Opens the pagemap of this process.
     *
     * @return the pagemap
     * @throws ContiguousMemoryException if it can not be opened
     */
    public static Pagemap ofSelf() {
        return new Pagemap(Path.of("/proc/self/pagemap"), Environment.get().pageSize());
    }

    /**
     * Opens the pagemap of a process.
     *
     * @param pid the process
     * @return the pagemap
     * @throws ContiguousMemoryException if there is no such process or it may not be read
     */
    public static Pagemap of(final long pid) {
        Validate.isTrue(pid > 0, "a process id is greater than 0: %d", pid);
        return new Pagemap(Path.of("/proc", Long.toString(pid), "pagemap"), Environment.get().pageSize());
    }

    /**
     * Bytes in a page: what one entry describes.
     *
     * @return the page size
     */
    public long pageSize() {
        return pageSize;
    }

    /**
     * Reads the entry of one page.
     *
     * @param address any address in the page
     * @return the entry; all zero for an address where nothing is mapped
     * @throws ContiguousMemoryException if reading failed
     */
    public synchronized PagemapEntry entry(final long address) {
        readBatch(Long.divideUnsigned(address, pageSize), 1);
        return new PagemapEntry(words[0]);
    }

    /**
     * Reads where a range lies.
     *
     * @param address start of the range, a multiple of the page size
     * @param length  bytes, a multiple of the page size, greater than 0
     * @return its layout
     * @throws IllegalArgumentException  if the range is not made of whole pages
     * @throws ContiguousMemoryException if reading failed
     */
    public synchronized PhysicalLayout layout(final long address, final long length) {
        checkRange(address, length, pageSize);
        final LayoutScanner scanner = new LayoutScanner(pageSize);
        final long firstPage = Long.divideUnsigned(address, pageSize);
        final long pages = length / pageSize;
        for (long done = 0; done < pages; done += BATCH) {
            final int count = (int) Math.min(BATCH, pages - done);
            readBatch(firstPage + done, count);
            scanner.scan(words, count);
        }
        return scanner.finish(address);
    }

    /**
     * Reads where a range of huge pages of the pool (hugetlb) lies, by the first entry of each: the kernel lets a huge page be one piece of
     * memory, aligned to its size, and moves or takes it as a whole. Not for transparent huge pages, which it splits at any time.
     *
     * <p>An entry that could not be the first of such a page makes it read all entries, as {@link #layout(long, long)} does.
     *
     * @param address      start of the range, a multiple of the huge page size
     * @param length       bytes, a multiple of the page size, greater than 0; the last huge page may be a part of one
     * @param hugePageSize bytes in each huge page of the range: a power of two, not less than the page size
     * @return its layout, in pages of {@link #pageSize()}
     * @throws IllegalArgumentException  if the range is not made of such pages
     * @throws ContiguousMemoryException if reading failed
     */
    public synchronized PhysicalLayout layout(final long address, final long length, final long hugePageSize) {
        Validate.isTrue(Long.bitCount(hugePageSize) == 1 && hugePageSize >= pageSize,
                "a huge page size is a power of two from %d: %d", pageSize, hugePageSize);
        checkRange(address, length, hugePageSize);
        if (hugePageSize == pageSize) {
            return layout(address, length);
        }
        final LayoutScanner scanner = new LayoutScanner(pageSize);
        final long firstPage = Long.divideUnsigned(address, pageSize);
        final long pages = length / pageSize;
        final long step = hugePageSize / pageSize;
        for (long done = 0; done < pages; done += step) {
            final long count = Math.min(step, pages - done);
            readBatch(firstPage + done, 1);
            if (!startsHugePage(words[0], step)) {
                return layout(address, length);
            }
            scanner.scanRun(words[0], count);
        }
        return scanner.finish(address);
    }

    /** Whether a page is in memory, in sight, and where a huge page of so many pages may start. */
    private static boolean startsHugePage(final long word, final long pages) {
        final PagemapEntry entry = new PagemapEntry(word);
        return entry.present() && !entry.hidden() && (word & PagemapEntry.PFN_MASK & pages - 1) == 0;
    }

    private void checkRange(final long address, final long length, final long unit) {
        Validate.isTrue(Long.remainderUnsigned(address, unit) == 0,
                "address 0x%x is not a multiple of the page size %d", address, unit);
        Validate.isTrue(length > 0 && length % pageSize == 0,
                "length %d is not a multiple of the page size %d greater than 0", length, pageSize);
    }

    /** Closes the file; idempotent. Reading afterwards throws {@link IllegalStateException}. */
    @Override
    public synchronized void close() {
        if (channel == null) {
            return;
        }
        try {
            channel.close();
        } catch (final IOException e) {
            throw new UncheckedIOException("can not close " + file, e);
        } finally {
            channel = null;
        }
    }

    private void readBatch(final long firstPage, final int count) {
        // An interrupt pending or arriving makes NIO close the channel; a proof must not depend on that.
        boolean interrupted = Thread.interrupted();
        try {
            while (!tryReadBatch(firstPage, count)) {
                interrupted |= Thread.interrupted();
                channel = open();
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private boolean tryReadBatch(final long firstPage, final int count) {
        if (channel == null) {
            throw new IllegalStateException("the pagemap is closed: " + file);
        }
        bytes.clear().limit(count * Long.BYTES);
        try {
            final long start = Math.multiplyExact(firstPage, Long.BYTES);
            while (bytes.hasRemaining()) {
                if (channel.read(bytes, start + bytes.position()) <= 0) {
                    throw new EOFException("it has no entry for address 0x"
                            + Long.toHexString((firstPage + bytes.position() / Long.BYTES) * pageSize));
                }
            }
        } catch (final ClosedByInterruptException e) {
            return false;
        } catch (final IOException e) {
            throw new ContiguousMemoryException(
                    "can not read where " + Sizes.range(firstPage * pageSize, count * pageSize) + " lies",
                    Refusal.of(file.toString(), FileErrors.inWords(e),
                            "check that the range is mapped and the process is alive"), e);
        }
        bytes.flip();
        bytes.asLongBuffer().get(words, 0, count);
        return true;
    }

    private FileChannel open() {
        try {
            return FileChannel.open(file, StandardOpenOption.READ);
        } catch (final IOException e) {
            throw new ContiguousMemoryException("can not open " + file,
                    Refusal.of("pagemap", FileErrors.inWords(e),
                            "check that the process exists and /proc is mounted; another user's process takes root or"
                                    + " CAP_SYS_PTRACE, and the kernel must have CONFIG_PROC_PAGE_MONITOR"), e);
        }
    }
}
