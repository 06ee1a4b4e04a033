// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../common/cma_heap.h"
#include "../common/settings.h"
#include "reserve.h"
#include "ways.h"

enum { PAGE = 4096, HUGE = 2 << 20, BUDDY_LARGEST = 4 << 20 };

#define VMSTAT_SEARCH "map_contig_alloc_search"

/* --- what MAP_CONTIG takes from where: contract, C15 */

static uint64_t reserve_before;
static int64_t searches_before;

static void remember_tiers(void)
{
	reserve_before = setting_reserve_free();
	searches_before = setting_field("/proc/vmstat", VMSTAT_SEARCH, 0);
}

static bool from_reserve(size_t bytes)
{
	return reserve_before - setting_reserve_free() == bytes;
}

static bool from_search(void)
{
	return setting_field("/proc/vmstat", VMSTAT_SEARCH, 0) > searches_before;
}

static const char *prepare_buddy(size_t bytes)
{
	(void)bytes;
	remember_tiers();
	return NULL;
}

static const char *check_buddy(size_t bytes)
{
	return from_reserve(bytes) || from_search() ? "not from the buddy allocator" : NULL;
}

static const char *prepare_reserve(size_t bytes)
{
	if (setting_reserve_free() < bytes)
		return "the reserve (contig_cma=) is smaller";
	remember_tiers();
	return NULL;
}

static const char *check_reserve(size_t bytes)
{
	return from_reserve(bytes) ? NULL : "not from the reserve";
}

static const char *prepare_search(size_t bytes)
{
	(void)bytes;
	if (setting_field("/proc/vmstat", VMSTAT_SEARCH, -1) < 0)
		return "this kernel does not search";
	if (!setting_write("/proc/sys/vm/map_contig_search", "2"))
		return "vm.map_contig_search can not be set";
	reserve_use_up();
	remember_tiers();
	return NULL;
}

static const char *check_search(size_t bytes)
{
	(void)bytes;
	return from_search() ? NULL : "not by search";
}

/* --- the others */

static const char *prepare_hugetlb(size_t bytes)
{
	return setting_hugetlb_pool(bytes / HUGE) ? NULL : "the pool of huge pages could not be made";
}

static void finish_hugetlb(void)
{
	setting_hugetlb_pool(0);
}

static const char *prepare_populate(size_t bytes)
{
	return setting_memory_free() < bytes + bytes / 4 ? "not enough free memory" : NULL;
}

/* The area, like a pool of huge pages, is open before; all that there is for each buffer is measured. */
static int heap = -1;
static int64_t heap_before;

static const char *prepare_dma_heap(size_t bytes)
{
	const char *reason = cma_heap_refuses();

	(void)bytes;
	if (reason)
		return reason;
	heap = cma_heap_open();
	heap_before = cma_heap_pages();
	return NULL;
}

static const char *check_dma_heap(size_t bytes)
{
	return cma_heap_pages() - heap_before == (int64_t)(bytes / PAGE) ? NULL : "not one range of the heap's area";
}

static void finish_dma_heap(void)
{
	if (heap >= 0)
		close(heap);
	heap = -1;
}

/* Its mapping is filled by touching it, and holds the memory. */
static void *map_dma_heap(size_t bytes)
{
	int fd = mapcontig_dma_heap_alloc(heap, bytes), error;
	char *p;

	if (fd < 0)
		return MAP_FAILED;
	p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	error = errno;
	close(fd);
	errno = error;
	for (size_t at = 0; p != MAP_FAILED && at < bytes; at += PAGE)
		((volatile char *)p)[at] = 0;
	return p;
}

const struct way ways[] = {
	{ "MAP_CONTIG, buddy", MAP_CONTIG, NULL, PAGE, BUDDY_LARGEST, prepare_buddy, check_buddy, NULL, NULL },
	{ "MAP_CONTIG, reserve", MAP_CONTIG, NULL, BUDDY_LARGEST + 1, SIZE_MAX, prepare_reserve, check_reserve, NULL, NULL },
	{ "MAP_CONTIG, search", MAP_CONTIG, NULL, BUDDY_LARGEST + 1, SIZE_MAX, prepare_search, check_search,
	  reserve_give_back, NULL },
	{ "dma-heap, CMA", 0, NULL, PAGE, SIZE_MAX, prepare_dma_heap, check_dma_heap, finish_dma_heap, map_dma_heap },
	{ "MAP_HUGETLB, pool", MAP_HUGETLB | MAP_POPULATE, NULL, HUGE, SIZE_MAX, prepare_hugetlb, NULL, finish_hugetlb, NULL },
	{ "MAP_POPULATE, THP always", MAP_POPULATE, "always", PAGE, SIZE_MAX, prepare_populate, NULL, NULL, NULL },
	{ "MAP_POPULATE, THP never", MAP_POPULATE, "never", PAGE, SIZE_MAX, prepare_populate, NULL, NULL, NULL },
};

const size_t ways_count = sizeof(ways) / sizeof(ways[0]);

bool map_contig_known(void)
{
	/* Contract, section 2: allocates nothing */
	void *p = mmap(NULL, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_CONTIG | MAP_GROWSDOWN, -1, 0);

	if (p != MAP_FAILED)
		munmap(p, PAGE);
	return p == MAP_FAILED;
}

void *way_map(const struct way *way, size_t bytes)
{
	if (way->map)
		return way->map(bytes);
	return mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | way->flags, -1, 0);
}
