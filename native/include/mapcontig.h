/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Physically contiguous memory from C and C++: the flag MAP_CONTIG of mmap(2), and the functions of
 * libmapcontig (cc program.c $(pkg-config --cflags --libs mapcontig)).
 *
 * The functions have fixed arguments and no structures, so that any language can bind them. They keep
 * no state; all are thread-safe. Sizes are in bytes. What fails returns -1 and sets errno; what
 * succeeds may leave any errno.
 */
#ifndef MAPCONTIG_H
#define MAPCONTIG_H

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#ifndef MAP_ANONYMOUS
#error "mapcontig.h needs MAP_ANONYMOUS: compile with -std=gnu11 or -D_DEFAULT_SOURCE"
#endif

#ifdef __cplusplus
extern "C" {
#endif

/*
 * A flag of mmap(2), with MAP_ANONYMOUS and MAP_PRIVATE or MAP_SHARED: the whole mapping is backed by
 * physically contiguous memory, present, zeroed and locked, which never moves until it is unmapped.
 *
 * length is any number of bytes greater than 0; the kernel rounds it up to pages. It is all or
 * nothing: ENOMEM where no such range can be had. EINVAL with a file, MAP_GROWSDOWN, MAP_DROPPABLE or
 * MAP_SYNC. EPERM and EAGAIN: over RLIMIT_MEMLOCK without CAP_IPC_LOCK. EOPNOTSUPP: not configured.
 * After fork(2) the parent has the memory; a child has an ordinary copy of a private mapping, or
 * shares a shared one. munmap(2) gives it back.
 *
 * A kernel without the flag IGNORES it and returns ordinary, scattered memory: ask
 * mapcontig_supported() first.
 */
#ifndef MAP_CONTIG
#define MAP_CONTIG 0x400000
#endif

/* The contract between kernel and programs that this header describes. */
#define MAPCONTIG_ABI 1

/* What pages are in mapcontig_pagemap_scan(); as in linux/fs.h since 6.7. */
#ifndef PAGE_IS_PRESENT
#define PAGE_IS_WPALLOWED	(1 << 0)
#define PAGE_IS_WRITTEN		(1 << 1)
#define PAGE_IS_FILE		(1 << 2)
#define PAGE_IS_PRESENT		(1 << 3)
#define PAGE_IS_SWAPPED		(1 << 4)
#define PAGE_IS_PFNZERO		(1 << 5)
#define PAGE_IS_HUGE		(1 << 6)
#endif

/* Longs of a node mask: enough for every kernel. Bit i of long i/64 stands for node i. */
#define MAPCONTIG_MASK_LONGS 16

/*
 * Whether this kernel has MAP_CONTIG, by a combination of flags that only such a kernel refuses.
 * Allocates nothing, and needs no library.
 *
 * Returns 1 if it has, 0 if it has not (or has it switched off, or has another contract than
 * MAPCONTIG_ABI), -1 with errno if that can not be found out.
 */
static inline int mapcontig_supported(void)
{
	const size_t page = (size_t)sysconf(_SC_PAGESIZE);
	void *memory = mmap(NULL, page, PROT_NONE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_CONTIG | MAP_GROWSDOWN, -1, 0);
	char abi[2];
	ssize_t got;
	int file;

	if (memory != MAP_FAILED) {
		munmap(memory, page);
		return 0;
	}
	if (errno == EOPNOTSUPP)
		return 0;
	if (errno != EINVAL)
		return -1;
	file = open("/sys/kernel/mm/map_contig/abi", O_RDONLY | O_CLOEXEC);
	if (file < 0)
		return 1;	/* no /sys here: mmap's answer has to do */
	got = read(file, abi, sizeof(abi));
	close(file);
	return got == 2 && abi[0] == '0' + MAPCONTIG_ABI && abi[1] == '\n';
}

/* The library hides all else. */
#pragma GCC visibility push(default)

/*
 * Opens a file that exists, with O_CLOEXEC. flags: O_RDONLY, O_RDWR...; EINVAL for those that create
 * a file. Returns a file descriptor, which the caller closes.
 */
int mapcontig_open(const char *path, int flags);

/*
 * Allocates length bytes, rounded up to pages, from a dma-heap: heap is a file of /dev/dma_heap, open
 * for reading. Returns the file descriptor of the dma-buf (O_RDWR | O_CLOEXEC), which the caller
 * closes. ENOTTY: heap is no dma-heap.
 */
int mapcontig_dma_heap_alloc(int heap, size_t length);

/*
 * Begins or ends the processor's access to a dma-buf: flags are DMA_BUF_SYNC_START or _END, with
 * _READ, _WRITE or _RW, of linux/dma-buf.h. Repeated while it is EINTR or EAGAIN. Returns 0. ENOTTY:
 * dma_buf is no dma-buf.
 */
int mapcontig_dma_buf_sync(int dma_buf, uint64_t flags);

/*
 * Pins memory as a driver would, by registering it as buffers of an io_uring: its pages do not move
 * until mapcontig_unpin(), nor are they freed, also if the memory is unmapped. The memory must be
 * mapped, readable and writable; it counts towards RLIMIT_MEMLOCK. Pages in movable memory may move
 * during this call: read frame numbers afterwards.
 *
 * Returns a file descriptor that holds the pin. EPERM: io_uring is forbidden here (sysctl
 * kernel.io_uring_disabled, seccomp). ENOSYS: this kernel has none. ENOMEM: over RLIMIT_MEMLOCK.
 * EFAULT: not mapped or not writable. EINVAL: length is 0. The descriptor is not inherited by exec,
 * but by fork.
 */
int mapcontig_pin(void *address, size_t length);

/*
 * Ends a pin and closes its descriptor, whatever is returned. Returns 0. After it the pages may move;
 * after a mere close(2) they may a little later.
 */
int mapcontig_unpin(int pin);

/*
 * Counts the pages of [address, address + length) that have all categories of set and none of clear
 * (PAGE_IS_...), with PAGEMAP_SCAN (Linux 6.7). pagemap is /proc/PID/pagemap, open for reading;
 * address and length are multiples of the page size. No privilege is needed.
 *
 * Returns 0, and in result[0] the bytes of these pages, in result[1] how many runs without a gap they
 * form. ENOTTY or EINVAL: this kernel lacks the call.
 *
 * Memory is made of huge pages if result[0] == length for set = PAGE_IS_PRESENT | PAGE_IS_HUGE and
 * clear = PAGE_IS_SWAPPED | PAGE_IS_PFNZERO. How large they are is not told here.
 */
int mapcontig_pagemap_scan(int pagemap, const void *address, size_t length, uint64_t set,
			   uint64_t clear, uint64_t result[2]);

/*
 * get_mempolicy(2) and set_mempolicy(2) of the calling thread: mode is MPOL_... of linux/mempolicy.h,
 * nodes has MAPCONTIG_MASK_LONGS longs. Return 0. ENOSYS: this kernel has no NUMA.
 */
int mapcontig_get_mempolicy(int *mode, unsigned long *nodes);
int mapcontig_set_mempolicy(int mode, const unsigned long *nodes);

/*
 * The NUMA node of the page at address, which is made present as by a read. EFAULT: nothing readable
 * is there.
 */
int mapcontig_node_of(const void *address);

/*
 * Writes back to memory what the processor's caches hold of a range, whole lines; done on return.
 * The range must be mapped and readable: SIGSEGV otherwise. Returns 0; EINVAL if it passes the end of
 * the address space.
 */
int mapcontig_cache_clean(const void *address, size_t length);

/*
 * The same, and forgets it, so that the next read sees what a device wrote. User space can not forget
 * without writing back: a dirty line overwrites what the device wrote. So clean before the device
 * starts, keep off the memory, invalidate when it is done.
 */
int mapcontig_cache_invalidate(const void *address, size_t length);

/* Bytes in the smallest line of the data caches, a power of two. */
int mapcontig_cache_line_size(void);

/*
 * VFIO: a device behind an IOMMU, driven from user space (linux/vfio.h, Documentation/driver-api/vfio.rst
 * of Linux). Each function is one ioctl(2) with the names of that header; flags, extensions, types and
 * indices are its. Descriptors come from mapcontig_open() and mapcontig_vfio_group_device(); the caller
 * closes them. ENOTTY: the descriptor is of something else.
 *
 * A program opens /dev/vfio/vfio (a container) and /dev/vfio/GROUP, looks whether the group is viable,
 * puts it into the container, chooses the IOMMU type, asks for the device, and maps memory for it.
 */

/* VFIO_GET_API_VERSION: VFIO_API_VERSION. */
int mapcontig_vfio_api_version(int container);

/* VFIO_CHECK_EXTENSION: greater than 0 if there is that extension or IOMMU type. */
int mapcontig_vfio_check_extension(int container, int extension);

/* VFIO_SET_IOMMU: the type of a container that has a group. Returns 0. */
int mapcontig_vfio_set_iommu(int container, int type);

/* VFIO_GROUP_GET_STATUS: the flags, VFIO_GROUP_FLAGS_... */
int mapcontig_vfio_group_flags(int group);

/* VFIO_GROUP_SET_CONTAINER. Returns 0. EPERM: the group is not viable. It leaves when it is closed. */
int mapcontig_vfio_group_set_container(int group, int container);

/*
 * VFIO_GROUP_GET_DEVICE_FD: opens a device of the group, such as "0000:00:02.0". Returns a file descriptor
 * (closed on exec), in which each region of the device is at an offset of its own. ENODEV: it is not in the group, or
 * not bound to a VFIO driver.
 */
int mapcontig_vfio_group_device(int group, const char *name);

/* VFIO_DEVICE_GET_INFO: the flags, VFIO_DEVICE_FLAGS_... */
int mapcontig_vfio_device_flags(int device);

/* VFIO_DEVICE_RESET, for a device with VFIO_DEVICE_FLAGS_RESET. Returns 0. */
int mapcontig_vfio_device_reset(int device);

/*
 * VFIO_DEVICE_GET_REGION_INFO of a region such as VFIO_PCI_BAR0_REGION_INDEX. Returns 0, and in result[0]
 * its flags (VFIO_REGION_INFO_FLAG_...), in result[1] its bytes, in result[2] its offset in the file.
 */
int mapcontig_vfio_region(int device, int region, uint64_t result[3]);

/*
 * VFIO_IOMMU_GET_INFO: what device addresses (IOVA) there can be. result has room for longs, at least 1.
 * Returns how many ranges of valid addresses there are; in result[0] the page sizes of the IOMMU, a bit
 * each; then for each range, as far as there is room, its first and its last address. 0: the kernel does not tell (before
 * Linux 5.4).
 */
int mapcontig_vfio_iommu_info(int container, uint64_t *result, size_t longs);

/*
 * VFIO_IOMMU_MAP_DMA: pins [address, address + length) and lets the devices of the container reach it at
 * iova, as flags say (VFIO_DMA_MAP_FLAG_READ: they may read; _WRITE). All three are multiples of the page
 * size. Returns 0. ENOMEM: over RLIMIT_MEMLOCK, towards which it counts. EEXIST: iova is taken. EINVAL: not valid or not aligned.
 * ENOSPC: too many mappings (65535). EFAULT: memory that can not be pinned.
 */
int mapcontig_vfio_map(int container, uint64_t iova, void *address, size_t length, int flags);

/*
 * VFIO_IOMMU_UNMAP_DMA of whole mappings: the devices do not reach the memory any more, and it is no
 * longer pinned. Returns 0. ENOENT: not all of it was mapped; what was is unmapped.
 */
int mapcontig_vfio_unmap(int container, uint64_t iova, size_t length);

#pragma GCC visibility pop

#ifdef __cplusplus
}
#endif

#endif
