// SPDX-License-Identifier: Apache-2.0
/*
 * The heap of the default CMA area (boot parameter cma=SIZE). Its mapping has no pages that pagemap shows, so the proof is the
 * area's own count of pages handed out, each time as one range; it is checked that it went up by this size.
 */
#include <errno.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../common/clock.h"
#include "../common/settings.h"
#include "allocator.h"
#include "mapcontig.h"

enum { PAGE = 4096 };

/* Its names in kernels with and without the heap's own naming. */
static const char * const heaps[] = { "/dev/dma_heap/default_cma_region", "/dev/dma_heap/reserved", "/dev/dma_heap/linux,cma" };

static int open_heap(void)
{
	int fd = -1;

	for (size_t i = 0; fd < 0 && i < sizeof(heaps) / sizeof(heaps[0]); i++)
		fd = mapcontig_open(heaps[i], O_RDWR);
	return fd;
}

/* Of the one area that is the heap's: those of contig_cma= have other names. */
static int64_t area_number(const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), "/sys/kernel/mm/cma/reserved/%s", name);
	return setting_read(path, -1);
}

/* All areas but those of contig_cma=. */
static uint64_t capacity(void)
{
	return ((uint64_t)setting_field("/proc/meminfo", "CmaTotal", 0) << 10) - setting_reserve_bytes();
}

static const char *refuses(size_t bytes)
{
	int fd = open_heap();

	if (fd < 0)
		return "there is no CMA heap in /dev/dma_heap (boot parameter cma=SIZE)";
	close(fd);
	if (area_number("alloc_pages_success") < 0)
		return "the area of the heap does not tell what it hands out (CONFIG_CMA_SYSFS)";
	if (bytes > capacity())
		return "the heap's area (cma=) is smaller";
	return NULL;
}

static bool allocate(struct piece *piece)
{
	const int64_t before = area_number("alloc_pages_success");
	int heap = open_heap(), error;
	uint64_t start;

	if (heap < 0)
		return false;
	start = clock_now();
	piece->fd = mapcontig_dma_heap_alloc(heap, piece->bytes);
	error = errno;
	piece->allocate_ns = clock_now() - start;
	close(heap);
	errno = error;
	if (piece->fd < 0)
		return false;
	piece->address = mmap(NULL, piece->bytes, PROT_READ | PROT_WRITE, MAP_SHARED, piece->fd, 0);
	if (piece->address == MAP_FAILED) {
		close(piece->fd);
		return false;
	}
	for (size_t at = 0; at < piece->bytes; at += PAGE)
		((volatile char *)piece->address)[at] = 0;
	piece->mapped_ns = clock_now() - start;
	piece->source = "cma";
	piece->proof = PROOF_CMA_COUNTER;
	piece->contiguous = area_number("alloc_pages_success") - before == (int64_t)(piece->bytes / PAGE);
	return true;
}

const struct allocator dma_heap = {
	.name = "dma-heap", .promises = true, .refuses = refuses, .capacity = capacity, .begin = nothing_to_begin,
	.end = nothing_to_end, .allocate = allocate, .release = release_mapping,
};
