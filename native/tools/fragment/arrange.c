// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../common/settings.h"
#include "../common/state.h"
#include "arrange.h"
#include "hold.h"

/* While memory is filled so much stays free: above the kernel's watermarks, so that nothing is reclaimed or compacted. */
#define MARGIN 0.03
/* How near the free memory has to come to what was asked for. */
#define EXACT 0.01

enum { PAGE = 4096 };

static const char * const kind_names[PIECE_KINDS] = {
	"anonymous memory", "memory to be pinned", "page cache", "page tables", "slab objects", "pipe pages",
};

/* Pieces of anonymous memory that may be given back: where they begin, in pages, and whether they are there. */
static struct {
	struct hole {
		uint64_t	first;
		uint32_t	pages;
		bool		taken;
	}		*holes;
	size_t		count;
	uint32_t	*order;
	uint64_t	round;
} given;

static uint64_t bytes_of(double share)
{
	return (uint64_t)(share * (double)state_total());
}

static uint64_t margin(const struct target *target)
{
	return bytes_of(target->free < MARGIN ? target->free : MARGIN);
}

/* From a defined start: nothing in the page cache, and free memory in one piece as far as it goes. */
static void clean(void)
{
	setting_write("/proc/sys/vm/drop_caches", "3");
	setting_write("/proc/sys/vm/compact_memory", "1");
}

static bool request_for(const struct target *target, struct plan_request *request)
{
	const uint64_t free = state_free_now() / PAGE, spare = margin(target) / PAGE, holes = bytes_of(target->free) / PAGE - spare;
	const uint64_t unmovable = bytes_of(target->unmovable) / PAGE, cache = bytes_of(target->cache) / PAGE;

	if (free < spare + holes + unmovable + cache) {
		fprintf(stderr, "fragment: %.1f %% free, %.1f %% unmovable and %.1f %% page cache do not fit: only %.1f %% of memory are free"
			" now\n", 100 * target->free, 100 * target->unmovable, 100 * target->cache,
			100.0 * (double)free * PAGE / (double)state_total());
		return false;
	}
	*request = (struct plan_request){ .largest = (uint32_t)(target->grain / PAGE), .seed = target->seed };
	plan_divide(unmovable, target->weights, request->pages);
	request->pages[PIECE_CACHE] = cache;
	/* Each 512 pages of it need a page table */
	request->pages[PIECE_ANONYMOUS] = (free - spare - unmovable - cache) / 513 * 512;
	return true;
}

static bool take_anonymous(uint64_t first, uint32_t pages, bool pin)
{
	if (pin)
		return hold_anonymous_take(first, pages) && hold_pin_mark(first, pages);
	given.holes[given.count] = (struct hole){ first, pages, hold_anonymous_take(first, pages) };
	return given.holes[given.count++].taken;
}

static bool take(const struct piece *piece, uint64_t *anonymous)
{
	const uint64_t first = *anonymous;

	switch (piece->kind) {
	case PIECE_ANONYMOUS:
	case PIECE_PINNED:
		*anonymous += piece->pages;
		return take_anonymous(first, piece->pages, piece->kind == PIECE_PINNED);
	case PIECE_CACHE:
		return hold_cache_take(piece->pages);
	case PIECE_TABLES:
		return hold_tables_take(piece->pages);
	case PIECE_SLAB:
		return hold_slab_take(piece->pages);
	default:
		return hold_pipe_take(piece->pages);
	}
}

static bool fill(const struct plan *plan, const struct target *target)
{
	const uint64_t least = margin(target) / 2;
	uint64_t anonymous = 0;

	for (size_t i = 0; i < plan->count; i++) {
		const struct piece *piece = &plan->pieces[i];

		if (target->progress && i % (plan->count / 10 + 1) == 0)
			fprintf(stderr, "fragment: %zu %% of the pieces\n", 100 * i / plan->count);
		/* Something else has taken memory meanwhile: rather less of what can be given back than trouble */
		if (piece->kind == PIECE_ANONYMOUS && state_free_now() < least)
			continue;
		if (!take(piece, &anonymous)) {
			fprintf(stderr, "fragment: %u pages of %s can not be had: %s\n", piece->pages, kind_names[piece->kind],
				strerror(errno));
			return false;
		}
	}
	if (hold_pin_marked())
		return true;
	fprintf(stderr, "fragment: memory can not be pinned: %s (io_uring; root, and /proc/sys/kernel/io_uring_disabled 0)\n",
		strerror(errno));
	return false;
}

/* Gives back from the order's place *next on; false if that is refused. */
static bool give_back(uint64_t bytes, size_t *next)
{
	uint64_t given_back = 0;

	for (; *next < given.count && given_back < bytes; ++*next) {
		struct hole *hole = &given.holes[given.order[*next]];

		if (!hole->taken)
			continue;
		if (!hold_anonymous_give_back(hole->first, hole->pages)) {
			perror("fragment: giving memory back");
			return false;
		}
		hole->taken = false;
		given_back += (uint64_t)hole->pages * PAGE;
	}
	return true;
}

/* The other way, from the hole that was made last: others have given memory back, or page cache was reclaimed. */
static void take_back(uint64_t bytes, size_t next)
{
	uint64_t taken = 0;

	while (next-- && taken < bytes) {
		struct hole *hole = &given.holes[given.order[next]];

		if (hole->taken || !hold_anonymous_take(hole->first, hole->pages))
			continue;
		hole->taken = true;
		taken += (uint64_t)hole->pages * PAGE;
	}
}

static bool make_holes(const struct target *target)
{
	const uint64_t wanted = bytes_of(target->free), about = bytes_of(EXACT);
	uint64_t free;
	size_t next = 0;

	plan_order(target->seed, given.round++, given.count, given.order);
	/* Others take and give back memory meanwhile, so the second time is for what is still missing, or too much */
	for (int time = 0; time < 2; time++) {
		state_settle();
		free = state_free_now();
		if (free > wanted)
			take_back(free - wanted, next);
		else if (!give_back(wanted - free, &next))
			return false;
	}
	state_settle();
	free = state_free_now();
	if (free + about >= wanted && free <= wanted + about)
		return true;
	fprintf(stderr, "fragment: %.1f %% of memory are free instead of %.1f %%\n", 100.0 * (double)free / (double)state_total(),
		100 * target->free);
	return false;
}

static bool carry_out(const struct plan *plan, const struct target *target)
{
	uint64_t anonymous = 0;

	for (size_t i = 0; i < plan->count; i++) {
		given.count += plan->pieces[i].kind == PIECE_ANONYMOUS;
		if (plan->pieces[i].kind == PIECE_ANONYMOUS || plan->pieces[i].kind == PIECE_PINNED)
			anonymous += plan->pieces[i].pages;
	}
	given.holes = calloc(given.count + 1, sizeof(*given.holes));
	given.order = calloc(given.count + 1, sizeof(*given.order));
	given.count = 0;
	if (!given.holes || !given.order || !hold_anonymous_reserve(anonymous + 1)) {
		perror("fragment");
		return false;
	}
	return fill(plan, target) && make_holes(target);
}

bool arrange(const struct target *target)
{
	struct plan_request request;
	struct plan plan;
	bool good;

	clean();
	if (!request_for(target, &request))
		return false;
	if (request.pages[PIECE_CACHE] && !hold_cache_open(target->folder)) {
		fprintf(stderr, "fragment: page cache needs a folder on a disk's file system, which %s is not: %s (--folder)\n",
			target->folder, strerror(errno));
		return false;
	}
	if (!plan_make(&request, &plan)) {
		perror("fragment");
		return false;
	}
	good = carry_out(&plan, target);
	plan_free(&plan);
	return good;
}

bool arrange_again(const struct target *target)
{
	const uint64_t least = margin(target);

	for (size_t i = 0; i < given.count && state_free_now() > least; i++) {
		struct hole *hole = &given.holes[given.order[i]];

		if (!hole->taken)
			hole->taken = hold_anonymous_take(hole->first, hole->pages);
	}
	return make_holes(target);
}
