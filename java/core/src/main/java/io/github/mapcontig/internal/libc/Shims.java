// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.internal.libc;

import java.util.Optional;

/**
 * The calls that JNA's direct mapping can not make itself (variadic functions, C structures, instructions), as the project's
 * own C library libmapcontig has them: {@code mapcontig_open} is {@link #open}, and so on.
 *
 * <p>Like {@link LibC} in all else: addresses and {@code size_t} are {@code long}, return codes are C's, and no policy is
 * here. An architecture may lack the library: {@link #missingBecause()} tells, and every other method throws
 * {@link IllegalStateException} with that reason there.
 *
 * <p>Implementations are thread-safe.
 */
public interface Shims {
    /** Longs of a node mask: {@link #NODES} bits. */
    int MASK_LONGS = 16;
    /** NUMA nodes that a mask has room for; no Linux kernel can be built with more. */
    int NODES = MASK_LONGS * Long.SIZE;

    /**
     * Why the library can not be used in this JVM. The first call loads it.
     *
     * @return the reason and what to do, one sentence; empty where all methods work
     */
    Optional<String> missingBecause();

    /**
     * open(2) of a file that exists, with O_CLOEXEC. Whoever opened it closes it with {@link LibC#close(int)}.
     *
     * @param path  file
     * @param flags O_ flags of {@link Linux}; not one that creates a file (EINVAL)
     * @return a file descriptor, or -1 with {@link #errno()} set
     */
    int open(String path, int flags);

    /**
     * Allocates from a dma-heap: DMA_HEAP_IOCTL_ALLOC.
     *
     * @param heapFd a file of /dev/dma_heap, open for reading
     * @param length bytes; the kernel rounds up to pages
     * @return file descriptor of the dma-buf (readable, writable, closed on exec), to be given to {@link LibC#close(int)}; or -1
     *         with {@link #errno()} set: ENOTTY if heapFd is no heap, ENOMEM
     */
    int dma_heap_alloc(int heapFd, long length);

    /**
     * Begins or ends access of the processor to a dma-buf: DMA_BUF_IOCTL_SYNC. Repeats it while it says EINTR or EAGAIN.
     *
     * @param fd    file descriptor of the dma-buf
     * @param flags DMA_BUF_SYNC_START or DMA_BUF_SYNC_END, with DMA_BUF_SYNC_READ, DMA_BUF_SYNC_WRITE or both
     * @return 0, or -1 with {@link #errno()} set: ENOTTY if fd is no dma-buf
     */
    int dma_buf_sync(int fd, long flags);

    /**
     * Pins memory as a driver would: registers it as buffers of an io_uring. The pages do not move until {@link #unpin(int)},
     * nor are they freed, also if the memory is unmapped. Pages on movable memory (CMA) may move <em>during</em> this call, so
     * read frame numbers afterwards. Counts towards RLIMIT_MEMLOCK.
     *
     * @param address start, in memory that is mapped, readable and writable
     * @param length  bytes, greater than 0
     * @return file descriptor that holds the pin, or -1 with {@link #errno()} set: EPERM (io_uring is forbidden here), ENOSYS,
     *         ENOMEM (over RLIMIT_MEMLOCK), EFAULT (not mapped, not writable), EOPNOTSUPP (a file that can not be pinned)
     */
    int pin(long address, long length);

    /**
     * Ends a pin and closes its file descriptor. The pages are free to move when this returns; after a mere
     * {@link LibC#close(int)} they are a little later.
     *
     * @param fd what {@link #pin(long, long)} returned; it is closed afterwards, whatever is returned
     * @return 0, or -1 with {@link #errno()} set
     */
    int unpin(int fd);

    /**
     * Counts the pages that are in given states: PAGEMAP_SCAN (since Linux 6.7). Needs no privilege and tells no frame
     * numbers.
     *
     * <p>A proof that memory is made of huge pages: {@code set} PAGE_IS_PRESENT and PAGE_IS_HUGE, {@code clear}
     * PAGE_IS_SWAPPED and PAGE_IS_PFNZERO, and {@code result[0]} equal to {@code length}. How large its huge pages are the
     * kernel does not tell here. Pages that were only just mapped may need MADV_POPULATE_READ first.
     *
     * @param pagemapFd /proc/PID/pagemap, open for reading
     * @param address   start, a multiple of the page size
     * @param length    bytes, a multiple of the page size
     * @param set       PAGE_IS_ flags of {@link Linux} that a page must have
     * @param clear     PAGE_IS_ flags that a page must not have
     * @param result    array of two: receives the bytes of all pages that match, and the number of runs without a gap that
     *                  they form
     * @return 0, or -1 with {@link #errno()} set: ENOTTY or EINVAL where the kernel lacks the call
     */
    int pagemap_scan(int pagemapFd, long address, long length, long set, long clear, long[] result);

    /**
     * get_mempolicy(2) of the calling thread. A virtual thread must not block between this, the allocation and
     * {@link #set_mempolicy(int, long[])}: the policy belongs to the thread that carries it.
     *
     * @param mode  array of one: receives the MPOL_ value of {@link Linux} with its mode flags
     * @param nodes array of {@link #MASK_LONGS}: receives bit i of long i/64 for node i
     * @return 0, or -1 with {@link #errno()} set: ENOSYS where the kernel has no NUMA
     */
    int get_mempolicy(int[] mode, long[] nodes);

    /**
     * set_mempolicy(2) of the calling thread: decides from which nodes memory comes that is allocated from now on.
     *
     * @param mode  MPOL_ value of {@link Linux}, perhaps with mode flags
     * @param nodes array of {@link #MASK_LONGS}: bit i of long i/64 for node i
     * @return 0, or -1 with {@link #errno()} set: EINVAL for a node without memory
     */
    int set_mempolicy(int mode, long[] nodes);

    /**
     * The node that a page is on. Makes the page present as a read would.
     *
     * @param address anywhere in the page
     * @return node, or -1 with {@link #errno()} set: EFAULT if nothing readable is there
     */
    int node_of(long address);

    /**
     * Writes back to memory what the processor's caches hold of a range, for a device that does not look into them. Done when
     * this returns. The range must be mapped and readable, or the JVM dies.
     *
     * @param address start; whole cache lines are written back
     * @param length  bytes
     * @return 0, or -1 with {@link #errno()} set: EINVAL if the range passes the end of the address space
     */
    int cache_clean(long address, long length);

    /**
     * Writes back to memory what the processor's caches hold of a range, and forgets it, so that the next read sees what a
     * device wrote. User space can not forget without writing back: where a line is dirty, that overwrites what the device
     * wrote. So: clean before the device starts, do not touch the memory, invalidate when it is done.
     *
     * @param address start, best a multiple of {@link #cache_line_size()}: whole lines are written back
     * @param length  bytes, best a multiple as well
     * @return 0, or -1 with {@link #errno()} set: EINVAL if the range passes the end of the address space
     */
    int cache_invalidate(long address, long length);

    /**
     * The smallest line of the data caches, the unit in which they are written back.
     *
     * @return bytes, a power of two
     */
    int cache_line_size();

    /**
     * The errno of the calling thread's last call through this interface or {@link LibC}. Means something only directly
     * after a call that reported failure.
     *
     * @return the number
     */
    int errno();
}
