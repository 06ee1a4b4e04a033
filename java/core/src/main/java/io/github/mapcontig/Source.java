// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

/** Where contiguous memory comes from. The order of the constants is the order in which they are tried by default. */
public enum Source {
    /** {@code mmap(MAP_CONTIG)} of a kernel that has it: any size, never moves, usable for any I/O. */
    MAP_CONTIG,

    /**
     * Huge pages of the pool that the administrator filled (hugetlb), of any size that the machine has: a single one where one is
     * enough, otherwise ones that happen to be neighbors in memory. To find neighbors takes CAP_SYS_ADMIN. Usable for any I/O;
     * the kernel may move it unless it is {@linkplain AllocationRequest.Builder#pinned pinned}.
     */
    HUGETLB,

    /**
     * A dma-buf of a CMA heap in /dev/dma_heap: a heap that has the name of the default CMA area's, or of an area in
     * /sys/kernel/mm/cma. Contiguous by what the heap promises: pagemap does not show it, so that it is handed out only to who asks
     * for {@link ProofLevel#NONE}, and its address is unknown: it is for drivers that import
     * {@linkplain ContiguousBuffer#descriptor() its descriptor}. Most other system calls refuse its memory (EFAULT).
     */
    DMA_HEAP,

    /**
     * The memory of a u-dma-buf device, whose driver declares its bus address: asked for with {@link ProofLevel#DECLARED} or less.
     * A device that is in use by another buffer, of this process or of others that lock it with flock, is left alone.
     */
    U_DMA_BUF,

    /**
     * Ordinary pages, locked: a list of extents for devices that scatter and gather. Only for a request that allows
     * {@linkplain AllocationRequest.Builder#maxExtents more than one}, or for a single page, which is contiguous: so by default it
     * serves a page on any kernel. To lock memory is not to pin it: the kernel may move it, a single page too, unless it is
     * {@linkplain AllocationRequest.Builder#pinned pinned}, and the proof's {@linkplain ContiguityProof#pinning pinning} is NONE.
     */
    LOCKED
}
