// SPDX-License-Identifier: Apache-2.0
/* What state pages are in, without privilege. */
#include <sys/ioctl.h>

#include "mapcontig.h"

/* As in linux/fs.h since 6.7, which the headers of the machine that builds this may not have. */
struct region {
	uint64_t start;
	uint64_t end;
	uint64_t categories;
};

struct scan {
	uint64_t size;
	uint64_t flags;
	uint64_t start;
	uint64_t end;
	uint64_t walk_end;
	uint64_t vec;
	uint64_t vec_len;
	uint64_t max_pages;
	uint64_t category_inverted;
	uint64_t category_mask;
	uint64_t category_anyof_mask;
	uint64_t return_mask;
};

#define SCAN _IOWR('f', 16, struct scan)

#define REGIONS 64

int mapcontig_pagemap_scan(int pagemap, const void *address, size_t length, uint64_t set,
			   uint64_t clear, uint64_t result[2])
{
	struct region regions[REGIONS];
	struct scan scan = {
		.size = sizeof(scan),
		.start = (uintptr_t)address,
		.end = (uintptr_t)address + length,
		.vec = (uintptr_t)regions,
		.vec_len = REGIONS,
		.category_inverted = clear,
		.category_mask = set | clear,
		/* No categories wanted: then runs differ in nothing and the kernel joins what touches. */
		.return_mask = 0,
	};
	uint64_t bytes = 0, runs = 0;

	while (scan.start < scan.end) {
		const int count = ioctl(pagemap, SCAN, &scan);

		if (count < 0)
			return -1;
		/* A call ends before a run that it has no room for, never in the middle of one. */
		runs += (uint64_t)count;
		for (int i = 0; i < count; i++)
			bytes += regions[i].end - regions[i].start;
		if (scan.walk_end <= scan.start) {
			errno = EIO;	/* the kernel stands still: better an error than for ever */
			return -1;
		}
		scan.start = scan.walk_end;
	}
	result[0] = bytes;
	result[1] = runs;
	return 0;
}
