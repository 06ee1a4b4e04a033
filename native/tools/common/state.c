// SPDX-License-Identifier: Apache-2.0
#include <inttypes.h>
#include <sys/sysinfo.h>

#include "settings.h"
#include "state.h"

#define MEMINFO "/proc/meminfo"

/* What a scan has seen so far. */
struct scan {
	struct state	*state;
	uint64_t	free_run, movable_run;
	uint64_t	present, blocking;	/* in this pageblock */
};

static void end_block(struct scan *scan)
{
	scan->state->blocks += scan->present == STATE_BLOCK_PAGES;
	scan->state->blocks_blocked += scan->present == STATE_BLOCK_PAGES && scan->blocking;
	scan->present = scan->blocking = 0;
}

static void see(void *context, uint64_t pfn, enum page_class class)
{
	struct scan *scan = context;

	if (pfn % STATE_BLOCK_PAGES == 0)
		end_block(scan);
	scan->state->pages[class]++;
	scan->present += class != PAGE_ABSENT;
	scan->blocking += page_class_blocks(class);
	scan->free_run = class == PAGE_FREE ? scan->free_run + STATE_PAGE : 0;
	scan->movable_run = page_class_blocks(class) ? 0 : scan->movable_run + STATE_PAGE;
	if (scan->free_run > scan->state->largest_free)
		scan->state->largest_free = scan->free_run;
	if (scan->movable_run > scan->state->largest_movable)
		scan->state->largest_movable = scan->movable_run;
}

#define LISTS "/proc/sys/vm/percpu_pagelist_high_fraction"

/*
 * Each refresh of the statistics makes the lists shorter by a step, down to the least length (decay_pcp_high() in
 * mm/page_alloc.c), which is that of the watermarks unless the setting says another.
 */
void state_settle(void)
{
	enum { MOST = 200, LITTLE = 256 << 10, IN_VAIN = 5 };
	char before_text[32];
	int in_vain = 0;

	snprintf(before_text, sizeof(before_text), "%" PRId64, setting_read(LISTS, 0));
	setting_write(LISTS, "1000000");
	/* Others take memory meanwhile, so a step may seem to be in vain */
	for (int i = 0; i < MOST && in_vain < IN_VAIN; i++) {
		const uint64_t before = state_free_now();

		if (!setting_write("/proc/sys/vm/stat_refresh", "1"))
			break;
		in_vain = state_free_now() < before + LITTLE ? in_vain + 1 : 0;
	}
	setting_write(LISTS, before_text);
}

bool state_read(struct state *state)
{
	struct scan scan = { .state = state };

	state_settle();
	*state = (struct state){ .total = state_total(), .free = state_free_now() };
	state->cached = (uint64_t)setting_field(MEMINFO, "Cached", 0) << 10;
	state->anonymous = (uint64_t)setting_field(MEMINFO, "AnonPages", 0) << 10;
	if (!buddyinfo_read(&state->buddy) || !pageflags_scan(see, &scan))
		return false;
	end_block(&scan);
	return true;
}

uint64_t state_free_now(void)
{
	struct sysinfo info;

	return sysinfo(&info) ? 0 : (uint64_t)info.freeram * info.mem_unit;
}

uint64_t state_total(void)
{
	struct sysinfo info;

	return sysinfo(&info) ? 0 : (uint64_t)info.totalram * info.mem_unit;
}

double state_unmovable(const struct state *state)
{
	uint64_t pages = 0;

	for (int class = 0; class < PAGE_CLASSES; class++) {
		if (page_class_blocks(class) && class != PAGE_RESERVED && class != PAGE_ABSENT)
			pages += state->pages[class];
	}
	return state->total ? (double)(pages * STATE_PAGE) / (double)state->total : 0;
}

static double mib(uint64_t bytes)
{
	return (double)bytes / (1 << 20);
}

static double percent(uint64_t part, uint64_t whole)
{
	return whole ? 100.0 * (double)part / (double)whole : 0;
}

void state_print(const struct state *s, const char *prefix, FILE *to)
{
	fprintf(to, "%sof %.0f MiB: free %.1f %%, page cache %.1f %%, anonymous %.1f %%, unmovable %.2f %%\n", prefix,
		mib(s->total), percent(s->free, s->total), percent(s->cached, s->total), percent(s->anonymous, s->total),
		100 * state_unmovable(s));
	fprintf(to, "%sunmovable, MiB:", prefix);
	for (int class = PAGE_PINNED; class < PAGE_RESERVED; class++)
		fprintf(to, " %s %.1f%s", page_class_names[class], mib(s->pages[class] * STATE_PAGE),
			class < PAGE_RESERVED - 1 ? "," : "\n");
	fprintf(to, "%spageblocks with an unmovable page: %" PRIu64 " of %" PRIu64 "\n", prefix, s->blocks_blocked, s->blocks);
	fprintf(to, "%slongest run of free pages: %.2f MiB; of free and movable ones: %.2f MiB\n", prefix, mib(s->largest_free),
		mib(s->largest_movable));
	fprintf(to, "%sfree blocks by order:", prefix);
	for (int order = 0; order < BUDDY_ORDERS; order++)
		fprintf(to, " %" PRIu64, s->buddy.blocks[order]);
	fprintf(to, "\n%sunusable free memory by order:", prefix);
	for (unsigned int order = 0; order < BUDDY_ORDERS; order++)
		fprintf(to, " %.3f", buddyinfo_unusable(&s->buddy, order));
	fputc('\n', to);
}

void state_csv_names(FILE *to)
{
	fputs("total,free,cached,anonymous", to);
	for (int class = 0; class < PAGE_CLASSES; class++)
		fprintf(to, ",pages %s", page_class_names[class]);
	fputs(",unmovable share,largest free run,largest movable run,pageblocks,pageblocks blocked", to);
	for (int order = 0; order < BUDDY_ORDERS; order++)
		fprintf(to, ",free order %d", order);
	for (int order = 0; order < BUDDY_ORDERS; order++)
		fprintf(to, ",unusable order %d", order);
}

void state_csv(const struct state *s, FILE *to)
{
	fprintf(to, "%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64, s->total, s->free, s->cached, s->anonymous);
	for (int class = 0; class < PAGE_CLASSES; class++)
		fprintf(to, ",%" PRIu64, s->pages[class]);
	fprintf(to, ",%.5f,%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64, state_unmovable(s), s->largest_free,
		s->largest_movable, s->blocks, s->blocks_blocked);
	for (int order = 0; order < BUDDY_ORDERS; order++)
		fprintf(to, ",%" PRIu64, s->buddy.blocks[order]);
	for (unsigned int order = 0; order < BUDDY_ORDERS; order++)
		fprintf(to, ",%.4f", buddyinfo_unusable(&s->buddy, order));
}
