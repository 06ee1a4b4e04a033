// SPDX-License-Identifier: Apache-2.0
/* What a stock kernel has: transparent huge pages, and huge pages of a pool that is enlarged when one is wanted. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/mman.h>

#include "../common/clock.h"
#include "../common/settings.h"
#include "allocator.h"

#ifndef MAP_HUGE_SHIFT
#define MAP_HUGE_SHIFT 26
#endif

enum { HUGE = 2 << 20, GIGANTIC = 1 << 30 };

static bool fail(int error)
{
	errno = error;
	return false;
}

static const char *thp_refuses(size_t bytes)
{
	static const char enabled[] = "/sys/kernel/mm/transparent_hugepage/enabled";
	char text[64] = "";
	FILE *file = fopen(enabled, "re");

	if (file) {
		if (!fgets(text, sizeof(text), file))
			text[0] = '\0';
		fclose(file);
	}
	if (bytes != HUGE)
		return "a transparent huge page is of 2 MiB";
	return text[0] ? NULL : "this kernel has no transparent huge pages";
}

/*
 * The fault of an advised mapping reclaims and compacts before it falls back to small pages. It falls back without a word,
 * so it promises nothing. The address range is twice as long, so that a part of it is aligned.
 */
static bool thp_allocate(struct piece *piece)
{
	uint64_t start = clock_now();
	char *range = mmap(NULL, 2 * piece->bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), *aligned;
	int error;

	if (range == MAP_FAILED)
		return false;
	aligned = range + -(uintptr_t)range % piece->bytes;
	if (aligned > range)
		munmap(range, (size_t)(aligned - range));
	munmap(aligned + piece->bytes, (size_t)(range + piece->bytes - aligned));
	if (madvise(aligned, piece->bytes, MADV_HUGEPAGE) || madvise(aligned, piece->bytes, MADV_POPULATE_WRITE)) {
		error = errno;
		piece->allocate_ns = clock_now() - start;
		munmap(aligned, piece->bytes);
		return fail(error);
	}
	piece->allocate_ns = piece->mapped_ns = clock_now() - start;
	piece->address = aligned;
	return prove_by_pagemap(piece);
}

static const char *pool(size_t bytes, char *path, size_t size)
{
	snprintf(path, size, "/sys/kernel/mm/hugepages/hugepages-%zukB/nr_hugepages", bytes >> 10);
	return path;
}

static const char *hugetlb_refuses(size_t bytes)
{
	char path[96];

	if (bytes != HUGE && bytes != GIGANTIC)
		return "huge pages are of 2 MiB or 1 GiB";
	return setting_read(pool(bytes, path, sizeof(path)), -1) < 0 ? "no huge pages of that size here" : NULL;
}

static bool resize_pool(size_t bytes, int64_t by)
{
	char path[96], text[32];
	int64_t pages = setting_read(pool(bytes, path, sizeof(path)), -1) + by;

	snprintf(text, sizeof(text), "%" PRId64, pages);
	return setting_write(path, text) && setting_read(path, -1) == pages;
}

/* The pool is made larger by one page, which is then taken. If it did not get larger, that was all. */
static bool hugetlb_allocate(struct piece *piece)
{
	const int size = piece->bytes == HUGE ? 21 : 30;
	uint64_t start = clock_now();

	if (!resize_pool(piece->bytes, 1)) {
		piece->allocate_ns = clock_now() - start;
		return fail(ENOMEM);
	}
	piece->address = mmap(NULL, piece->bytes, PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB | MAP_POPULATE | size << MAP_HUGE_SHIFT, -1, 0);
	piece->allocate_ns = piece->mapped_ns = clock_now() - start;
	if (piece->address == MAP_FAILED) {
		resize_pool(piece->bytes, -1);
		return fail(ENOMEM);
	}
	return prove_by_pagemap(piece);
}

static void hugetlb_release(struct piece *piece)
{
	release_mapping(piece);
	resize_pool(piece->bytes, -1);
}

const struct allocator transparent_huge_page = {
	.name = "thp", .promises = false, .refuses = thp_refuses, .capacity = no_capacity, .begin = nothing_to_begin,
	.end = nothing_to_end, .allocate = thp_allocate, .release = release_mapping,
};
const struct allocator hugetlb = {
	.name = "hugetlb", .promises = true, .refuses = hugetlb_refuses, .capacity = no_capacity, .begin = nothing_to_begin,
	.end = nothing_to_end, .allocate = hugetlb_allocate, .release = hugetlb_release,
};
