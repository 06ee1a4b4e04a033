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
#include "../common/cma_heap.h"
#include "../common/settings.h"
#include "allocator.h"
#include "mapcontig.h"

enum { PAGE = 4096 };

/* All areas but those of contig_cma=. */
static uint64_t capacity(void)
{
	return ((uint64_t)setting_field("/proc/meminfo", "CmaTotal", 0) << 10) - setting_reserve_bytes();
}

static const char *refuses(size_t bytes)
{
	const char *reason = cma_heap_refuses();

	if (reason)
		return reason;
	if (bytes > capacity())
		return "the heap's area (cma=) is smaller";
	return NULL;
}

static bool allocate(struct piece *piece)
{
	const int64_t before = cma_heap_pages();
	int heap = cma_heap_open(), error;
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
	piece->contiguous = cma_heap_pages() - before == (int64_t)(piece->bytes / PAGE);
	return true;
}

const struct allocator dma_heap = {
	.name = "dma-heap", .promises = true, .refuses = refuses, .capacity = capacity, .begin = nothing_to_begin,
	.end = nothing_to_end, .allocate = allocate, .release = release_mapping,
};
