// SPDX-License-Identifier: Apache-2.0
/*
 * mmap(MAP_CONTIG). The kernel tries the page allocator, up to 4 MiB, then the reserve, then a search, and which of them served
 * is in its counters. The search can be forbidden; the others are chosen by size.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "../common/clock.h"
#include "../common/settings.h"
#include "allocator.h"
#include "mapcontig.h"

#define SEARCH "/proc/sys/vm/map_contig_search"

enum { LARGEST_OF_BUDDY = 4 << 20 };

static struct counters {
	int64_t all, reserve, search;
} counters_read(void)
{
	return (struct counters){
		setting_field("/proc/vmstat", "map_contig_alloc", -1),
		setting_field("/proc/vmstat", "map_contig_alloc_reserve", -1),
		setting_field("/proc/vmstat", "map_contig_alloc_search", -1),
	};
}

static const char *source_between(struct counters before, struct counters after)
{
	if (after.search > before.search)
		return "search";
	if (after.reserve > before.reserve)
		return "reserve";
	return after.all > before.all ? "buddy" : "";
}

static const char *refuses_always(void)
{
	return mapcontig_supported() == 1 ? NULL : "this kernel has no MAP_CONTIG";
}

static const char *buddy_refuses(size_t bytes)
{
	if (bytes > LARGEST_OF_BUDDY)
		return "more than the page allocator's largest order";
	if (setting_reserve_bytes())
		return "there is a reserve (contig_cma=), which would serve instead";
	return refuses_always();
}

static const char *reserve_refuses(size_t bytes)
{
	if (bytes <= LARGEST_OF_BUDDY)
		return "the page allocator serves instead";
	if (bytes > setting_reserve_bytes())
		return "the reserve (contig_cma=) is smaller, or there is none";
	return refuses_always();
}

static const char *search_refuses(size_t bytes)
{
	(void)bytes;
	if (setting_reserve_bytes())
		return "there is a reserve (contig_cma=), which would serve instead";
	return refuses_always();
}

static bool without_search(void)
{
	return setting_write(SEARCH, "0");
}

static bool with_search(void)
{
	return setting_write(SEARCH, "1");
}

static void default_search(void)
{
	setting_write(SEARCH, "1");
}

/* To see that a lie is found: MEASURE_BREAK=lie takes ordinary memory, as a kernel does that does not know the flag. */
static int how(void)
{
	const char *broken = getenv("MEASURE_BREAK");

	return broken && !strcmp(broken, "lie") ? MAP_POPULATE : MAP_CONTIG;
}

static bool allocate(struct piece *piece)
{
	const struct counters before = counters_read();
	const int flags = how();
	uint64_t start = clock_now();
	int error;

	piece->address = mmap(NULL, piece->bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);
	error = errno;
	piece->allocate_ns = piece->mapped_ns = clock_now() - start;
	errno = error;
	if (piece->address == MAP_FAILED)
		return false;
	piece->source = source_between(before, counters_read());
	return prove_by_pagemap(piece);
}

const struct allocator contig_buddy = {
	.name = "contig-buddy", .promises = true, .refuses = buddy_refuses, .capacity = no_capacity, .begin = without_search,
	.end = default_search, .allocate = allocate, .release = release_mapping,
};
const struct allocator contig_reserve = {
	.name = "contig-reserve", .promises = true, .refuses = reserve_refuses, .capacity = setting_reserve_bytes, .begin = without_search,
	.end = default_search, .allocate = allocate, .release = release_mapping,
};
const struct allocator contig_search = {
	.name = "contig-search", .promises = true, .refuses = search_refuses, .capacity = no_capacity, .begin = with_search,
	.end = default_search, .allocate = allocate, .release = release_mapping,
};
