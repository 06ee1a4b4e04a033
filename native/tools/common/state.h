/* SPDX-License-Identifier: Apache-2.0 */
#ifndef COMMON_STATE_H
#define COMMON_STATE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "buddyinfo.h"
#include "pageflags.h"

/* How a machine's memory is used and cut up, in numbers. Pages are of 4 KiB, pageblocks of 2 MiB. */
enum { STATE_PAGE = 4096, STATE_BLOCK_PAGES = 512 };

struct state {
	uint64_t		total, free;			/* bytes: MemTotal, MemFree */
	uint64_t		cached, anonymous;		/* bytes: Cached, AnonPages */
	uint64_t		pages[PAGE_CLASSES];
	uint64_t		largest_free;			/* bytes: the longest run of free pages, across all blocks and lists */
	uint64_t		largest_movable;		/* bytes: the longest run of pages that are free or could be moved */
	uint64_t		blocks, blocks_blocked;		/* pageblocks, and those with a page in them that can not be moved */
	struct buddyinfo	buddy;
};

/*
 * CPUs keep lists of pages that are free and look like the kernel's, up to an eighth of memory after much was given back. This
 * makes them put all but a few MiB where they belong; they do so by themselves within seconds.
 */
void state_settle(void);

/* As it is now, settled; false with errno. Takes a look at each page frame. */
bool state_read(struct state *state);

/* The share of memory that can not be moved: neither free nor movable, without what was never the page allocator's. */
double state_unmovable(const struct state *state);

/* For people: some lines, each behind prefix. */
void state_print(const struct state *state, const char *prefix, FILE *to);

/* As columns of a CSV file: their names, and one line of them, without the end of the line. */
void state_csv_names(FILE *to);
void state_csv(const struct state *state, FILE *to);

/* MemFree now, in bytes: cheap. */
uint64_t state_free_now(void);
uint64_t state_total(void);

#endif
