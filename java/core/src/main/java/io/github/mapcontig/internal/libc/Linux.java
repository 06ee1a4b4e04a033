// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.internal.libc;

/**
 * Numbers of the Linux user-space interface, as on every architecture that uses the kernel's generic headers. A test
 * compares each with what a C program prints from the system's headers.
 */
public final class Linux {
    /** Pages may not be accessed (bits/mman-linux.h). */
    public static final int PROT_NONE = 0x0;
    /** Pages may be read. */
    public static final int PROT_READ = 0x1;
    /** Pages may be written. */
    public static final int PROT_WRITE = 0x2;

    /** The same memory in parent and child. */
    public static final int MAP_SHARED = 0x01;
    /** A copy in the child. */
    public static final int MAP_PRIVATE = 0x02;
    /** At this very address, over whatever is there. */
    public static final int MAP_FIXED = 0x10;
    /** Memory, not a file. */
    public static final int MAP_ANONYMOUS = 0x20;
    /** A stack that grows downwards; with MAP_CONTIG an error on purpose (contract, section 2). */
    public static final int MAP_GROWSDOWN = 0x100;
    /** Address space without a claim on memory. */
    public static final int MAP_NORESERVE = 0x4000;
    /** Physically contiguous (contract, section 1). */
    public static final int MAP_CONTIG = 0x400000;

    /** madvise: gives the pages of private memory back; it reads as zeros then. */
    public static final int MADV_DONTNEED = 4;
    /** No copy for a child. */
    public static final int MADV_DONTFORK = 10;
    /** No transparent huge pages here. */
    public static final int MADV_NOHUGEPAGE = 15;
    /** Not in core dumps. */
    public static final int MADV_DONTDUMP = 16;
    /** Make every page present as a read would, and report failure (since Linux 5.14). */
    public static final int MADV_POPULATE_READ = 22;
    /** Make every page present as a write would, and report failure (since Linux 5.14). */
    public static final int MADV_POPULATE_WRITE = 23;

    /** Huge pages here, where there are any. */
    public static final int MADV_HUGEPAGE = 14;

    /** The descriptor does not survive exec. */
    public static final int MFD_CLOEXEC = 0x1;
    /** The file is made of huge pages of the pool. */
    public static final int MFD_HUGETLB = 0x4;
    /** Where, in the flags of memfd_create, the binary logarithm of the huge page size stands. */
    public static final int MFD_HUGE_SHIFT = 26;

    /** fallocate: the file stays as long as it is. */
    public static final int FALLOC_FL_KEEP_SIZE = 0x1;
    /** fallocate: gives the memory of a part of the file back. */
    public static final int FALLOC_FL_PUNCH_HOLE = 0x2;

    /** flock: only one may have it. */
    public static final int LOCK_EX = 2;
    /** flock: do not wait. */
    public static final int LOCK_NB = 4;

    /** Open for reading. */
    public static final int O_RDONLY = 0x0;
    /** Open for reading and writing. */
    public static final int O_RDWR = 0x2;

    /** The processor reads a dma-buf. */
    public static final int DMA_BUF_SYNC_READ = 0x1;
    /** The processor writes a dma-buf. */
    public static final int DMA_BUF_SYNC_WRITE = 0x2;
    /** The processor's access begins. */
    public static final int DMA_BUF_SYNC_START = 0x0;
    /** The processor's access ends. */
    public static final int DMA_BUF_SYNC_END = 0x4;

    /** The page belongs to a file or is shared. */
    public static final int PAGE_IS_FILE = 0x4;
    /** The page is in memory. */
    public static final int PAGE_IS_PRESENT = 0x8;
    /** The page is swapped out. */
    public static final int PAGE_IS_SWAPPED = 0x10;
    /** The page is the page of zeros that all processes share. */
    public static final int PAGE_IS_PFNZERO = 0x20;
    /** The page is mapped by a huge page-table entry. */
    public static final int PAGE_IS_HUGE = 0x40;

    /** Memory from the node of the processor that runs the thread, unless the system says otherwise. */
    public static final int MPOL_DEFAULT = 0;
    /** Memory from one node if it has some, else from near it. */
    public static final int MPOL_PREFERRED = 1;
    /** Memory from these nodes only. */
    public static final int MPOL_BIND = 2;

    /** sysconf: bytes in a page. */
    public static final int _SC_PAGESIZE = 30;

    /** getrlimit: bytes that may be locked. */
    public static final int RLIMIT_MEMLOCK = 8;

    /** Bit number of the capability to lock memory beyond RLIMIT_MEMLOCK. */
    public static final int CAP_IPC_LOCK = 14;
    /** Bit number of the capability that, among much else, shows page frame numbers. */
    public static final int CAP_SYS_ADMIN = 21;

    /** The version of VFIO's calls that this code was written for. */
    public static final int VFIO_API_VERSION = 0;
    /** VFIO: an IOMMU with page tables that processes fill, where mappings are taken away only as they were made. */
    public static final int VFIO_TYPE1v2_IOMMU = 3;
    /** VFIO: all devices of the group are free for user space. */
    public static final int VFIO_GROUP_FLAGS_VIABLE = 0x1;
    /** VFIO: the device can be reset. */
    public static final int VFIO_DEVICE_FLAGS_RESET = 0x1;
    /** VFIO: the region can be mapped. */
    public static final int VFIO_REGION_INFO_FLAG_MMAP = 0x4;
    /** VFIO: the region that is the first BAR of a PCI function. */
    public static final int VFIO_PCI_BAR0_REGION_INDEX = 0;
    /** VFIO: the region that is the configuration space of a PCI function. */
    public static final int VFIO_PCI_CONFIG_REGION_INDEX = 7;
    /** VFIO: the device may read. */
    public static final int VFIO_DMA_MAP_FLAG_READ = 0x1;
    /** VFIO: the device may write. */
    public static final int VFIO_DMA_MAP_FLAG_WRITE = 0x2;

    private Linux() {
    }
}
