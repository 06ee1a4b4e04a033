// SPDX-License-Identifier: Apache-2.0
/* Compares the kernel with the model. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "fail.h"
#include "observe.h"
#include "run.h"

unsigned int check_settle_seconds = 10;

static const char *kind_name(const struct mem *mem)
{
	static const char *const names[] = { "plain private", "plain shared", "contig private", "contig shared" };

	return names[mem->kind];
}

const char *check_pagemap(struct run *run, unsigned int who, uint64_t start, size_t pages, uint64_t *words)
{
	size_t want = pages * sizeof(*words), got = 0;

	while (got < want) {
		ssize_t n = pread(run->crew.member[who].pagemap, (char *)words + got, want - got,
				  (off_t)(start / PAGE * sizeof(*words) + got));

		if (n <= 0)
			return fail("p%u: pagemap at %#lx: %s", who, start, n ? strerror(errno) : "end of file");
		got += (size_t)n;
	}
	return NULL;
}

/* C1, and I8: what is not contiguous has nothing of what is. */
static const char *check_frames(struct run *run, unsigned int who, const struct segment *segment, size_t from,
				size_t pages)
{
	static _Thread_local uint64_t words[STAMPS];
	const struct mem *mem = segment->mem;
	size_t i;

	TRY(check_pagemap(run, who, segment->start + from * PAGE, pages, words));
	for (i = 0; i < pages; i++) {
		uint64_t addr = segment->start + (from + i) * PAGE, pfn = PAGEMAP_PFN(words[i]);
		size_t page = segment->off + from + i;

		if (is_contig(mem)) {
			if (!(words[i] & PAGEMAP_PRESENT) || pfn != mem->pfn + page)
				return fail("C1: p%u: page %zu of m%u (%s, %zu pages) at %#lx: expected PFN %#lx, found %#lx%s",
					    who, page, mem->number, kind_name(mem), mem->pages, addr, mem->pfn + page, pfn,
					    words[i] & PAGEMAP_PRESENT ? "" : ", not present");
		} else if (words[i] & PAGEMAP_PRESENT) {
			const struct mem *owner = model_owner(&run->model, pfn);

			if (owner)
				return fail("p%u: %s page at %#lx has PFN %#lx, which is page %lu of m%u (%s)", who,
					    kind_name(mem), addr, pfn, pfn - owner->pfn, owner->number,
					    kind_name(owner));
		}
	}
	return NULL;
}

static const char *wrong_bytes(unsigned int who, const struct segment *segment, size_t page, const struct reply *reply)
{
	return fail("bytes: p%u: page %zu of m%u (%s) at %#lx, byte %zu: expected %#lx, found %#lx", who,
		    segment->off + page, segment->mem->number, kind_name(segment->mem), segment->start + page * PAGE,
		    reply->bad.word * sizeof(uint64_t), reply->bad.expected, reply->bad.found);
}

/* The process itself looks, through its own page table entries. */
static const char *check_bytes_inside(struct run *run, unsigned int who, const struct segment *segment, size_t from,
				      size_t pages, bool whole)
{
	struct slot *slot = crew_slot(&run->crew, who);
	struct reply reply;

	memcpy(slot->stamp, segment->mem->stamp + segment->off + from, pages * sizeof(*slot->stamp));
	slot->command = (struct command){
		.kind = DO_VERIFY, .arg = { segment->start + from * PAGE, pages, whole },
	};
	TRY(crew_do(&run->crew, who, &reply));
	if (reply.signal)
		return fail("p%u: signal %d when page %zu of m%u (%s) at %#lx was read", who, reply.signal,
			    segment->off + from + reply.bad.page, segment->mem->number, kind_name(segment->mem),
			    segment->start + (from + reply.bad.page) * PAGE);
	return reply.value ? wrong_bytes(who, segment, from + reply.bad.page, &reply) : NULL;
}

/* For what the process may not read: as a debugger does. */
static const char *check_bytes_outside(struct run *run, unsigned int who, const struct segment *segment, size_t from,
				       size_t pages, bool whole)
{
	static _Thread_local uint64_t page[PAGE / sizeof(uint64_t)];
	struct reply reply;
	size_t i;

	for (i = from; i < from + pages; i++) {
		off_t addr = (off_t)(segment->start + i * PAGE);
		ssize_t n = pread(run->crew.member[who].memory, page, PAGE, addr);

		if (n != (ssize_t)PAGE)
			return fail("C12: p%u: page %zu of m%u (%s) at %#lx can not be read by /proc/PID/mem: %s", who,
				    segment->off + i, segment->mem->number, kind_name(segment->mem), addr,
				    n < 0 ? error_name(errno) : "short");
		if (!page_is(page, segment->mem->stamp[segment->off + i], whole, &reply))
			return wrong_bytes(who, segment, i, &reply);
	}
	return NULL;
}

/* Bytes first: that touches every page, as C8 asks of who reads pagemap. */
static const char *check_segment(struct run *run, unsigned int who, const struct segment *segment, size_t from,
				 size_t pages, bool whole)
{
	while (pages) {
		size_t n = pages < STAMPS ? pages : STAMPS;

		TRY(segment->prot & PROT_READ ? check_bytes_inside(run, who, segment, from, n, whole) :
						check_bytes_outside(run, who, segment, from, n, whole));
		TRY(check_frames(run, who, segment, from, n));
		from += n;
		pages -= n;
	}
	return NULL;
}

const char *check_region(struct run *run, unsigned int who, uint64_t start, size_t pages, bool whole)
{
	const struct process *process = &run->model.process[who];
	uint64_t end = start + pages * PAGE;
	unsigned int i;

	for (i = 0; i < process->count; i++) {
		const struct segment *segment = &process->segment[i];
		uint64_t a = segment->start > start ? segment->start : start;
		uint64_t b = segment_end(segment) < end ? segment_end(segment) : end;

		if (a < b)
			TRY(check_segment(run, who, segment, (a - segment->start) / PAGE, (b - a) / PAGE, whole));
	}
	return NULL;
}

/* Pages of a line that belong to no segment: neighbours without a difference share a line. */
static size_t not_ours(const struct process *process, const struct line *line)
{
	size_t pages = (line->end - line->start) / PAGE;
	unsigned int i;

	for (i = 0; i < process->count; i++) {
		const struct segment *segment = &process->segment[i];
		uint64_t a = segment->start > line->start ? segment->start : line->start;
		uint64_t b = segment_end(segment) < line->end ? segment_end(segment) : line->end;

		if (a < b)
			pages -= (b - a) / PAGE;
	}
	return pages;
}

/* C4. Besides our segments, what mlockall() locked of the process's own memory counts. */
const char *check_locked(struct run *run, unsigned int who)
{
	const struct process *process = &run->model.process[who];
	long found, expected = (long)(model_locked(process) + run->forgotten) * 4;
	size_t count, i;

	if (process->all_locked) {
		struct line *lines = observe_maps(run->crew.member[who].pid, true, &count);

		for (i = 0; i < count; i++) {
			if (lines[i].locked)
				expected += (long)not_ours(process, &lines[i]) * 4;
		}
		free(lines);
	}
	found = observe_number_fd(run->crew.member[who].status, "VmLck");
	if (found != expected)
		return fail("C4: p%u: VmLck: expected %ld kB, found %ld", who, expected, found);
	return NULL;
}

static const char *check_line(unsigned int who, const struct segment *segment,
			      const struct line *line)
{
	char perms[5] = "---p";

	if (segment->prot & PROT_READ)
		perms[0] = 'r';
	if (segment->prot & PROT_WRITE)
		perms[1] = 'w';
	if (segment->prot & PROT_EXEC)
		perms[2] = 'x';
	if (is_shared(segment->mem))
		perms[3] = 's';
	if (strcmp(perms, line->perms) || is_contig(segment->mem) != line->contig)
		return fail("p%u: maps at %#lx: expected %s %s, found %s %s", who, segment->start, perms,
			    kind_name(segment->mem), line->perms, line->contig ? "contig" : "plain");
	return NULL;
}

/* Every segment is in maps; and maps has nothing contiguous, nor anything in our zone, that is no segment. */
static const char *check_layout(struct run *run, unsigned int who)
{
	const struct process *process = &run->model.process[who];
	size_t count, i, expected = 0, found = 0;
	struct line *lines = observe_maps(run->crew.member[who].pid, false, &count);
	const char *wrong = NULL;
	unsigned int k;

	if (!lines)
		return fail("p%u: /proc/PID/maps can not be read", who);
	for (k = 0; !wrong && k < process->count; k++) {
		const struct segment *segment = &process->segment[k];
		uint64_t at = segment->start;

		for (i = 0; !wrong && i < count && at < segment_end(segment); i++) {
			if (lines[i].end <= at)
				continue;
			if (lines[i].start > at)
				break;
			wrong = check_line(who, segment, &lines[i]);
			at = lines[i].end;
		}
		if (!wrong && at < segment_end(segment))
			wrong = fail("p%u: nothing is mapped at %#lx, where m%u (%s) should be", who, at,
				     segment->mem->number, kind_name(segment->mem));
		if (is_contig(segment->mem) || (segment->start >= ZONE && segment->start < ZONE + ZONE_PAGES * PAGE))
			expected += segment->pages;
	}
	for (i = 0; i < count; i++) {
		if (lines[i].contig || (lines[i].start >= ZONE && lines[i].start < ZONE + ZONE_PAGES * PAGE))
			found += (lines[i].end - lines[i].start) / PAGE;
	}
	free(lines);
	if (!wrong && found != expected)
		wrong = fail("p%u: maps has %zu pages that are contiguous or in the zone, expected %zu", who, found,
			     expected);
	return wrong;
}

/* Where the fresh ranges came from, as far as the reserve tells: those whose bits are set in the result. */
static int fresh_from_reserve(const struct run *run, long taken)
{
	int subset;

	for (subset = 0; subset < 1 << run->fresh_count; subset++) {
		long sum = (long)run->model.held_reserve;
		unsigned int i;

		for (i = 0; i < run->fresh_count; i++) {
			if (subset & 1 << i)
				sum += (long)run->fresh[i]->pages;
		}
		if (sum == taken)
			return subset;
	}
	return -1;
}

static void fresh_is_known(struct run *run, int subset)
{
	unsigned int i;

	for (i = 0; i < run->fresh_count; i++) {
		if (subset & 1 << i) {
			run->fresh[i]->from_reserve = true;
			run->model.held_reserve += run->fresh[i]->pages;
		}
	}
	run->fresh_count = 0;
}

static long pages_counted(const struct run *run)
{
	long counted = observe_number("/proc/vmstat", "map_contig_pages") - run->base.contig_pages;

	if (counted == (long)run->model.held)
		return counted;
	return observe_contig_pages() - run->base.contig_pages;
}

/* C13 and C15: what is held is what is mapped. */
const char *check_totals(struct run *run)
{
	struct timespec pause = { .tv_nsec = 5000000 };
	long taken = 0, counted = -1;
	int tries, subset = -1;

	for (tries = 0; tries < (int)check_settle_seconds * 200; tries++) {
		taken = (run->base.reserve_free - observe_reserve("reserve_free_bytes")) / (long)PAGE;
		subset = fresh_from_reserve(run, taken);
		if (run->kernel->counters)
			counted = pages_counted(run);
		if (subset >= 0 && (!run->kernel->counters || counted == (long)run->model.held)) {
			fresh_is_known(run, subset);
			return NULL;
		}
		nanosleep(&pause, NULL);
	}
	return fail("C13: reserve: %ld pages taken, expected %zu (and %u fresh ranges, the last of %zu pages); map_contig_pages: %ld held, expected %zu",
		    taken, run->model.held_reserve, run->fresh_count,
		    run->fresh_count ? run->fresh[run->fresh_count - 1]->pages : 0, counted, run->model.held);
}

/* No two ranges share a page: alloc would have handed out what somebody has, mapped or pinned. */
static const char *check_disjoint(const struct run *run)
{
	const struct mem *a, *b;

	for (a = run->model.mems; a; a = a->next) {
		for (b = a->next; b; b = b->next) {
			if (is_contig(a) && is_contig(b) && a->mappings && b->mappings &&
			    a->pfn < b->pfn + b->pages && b->pfn < a->pfn + a->pages)
				return fail("m%u has PFNs %#lx-%#lx and m%u has %#lx-%#lx", a->number, a->pfn,
					    a->pfn + a->pages, b->number, b->pfn, b->pfn + b->pages);
		}
	}
	return NULL;
}

const char *check_all(struct run *run)
{
	unsigned int who, i;

	for (who = 0; who < MAX_PROCESSES; who++) {
		const struct process *process = &run->model.process[who];

		if (!process->alive)
			continue;
		TRY(check_layout(run, who));
		TRY(check_locked(run, who));
		for (i = 0; i < process->count; i++)
			TRY(check_segment(run, who, &process->segment[i], 0, process->segment[i].pages, false));
	}
	TRY(check_disjoint(run));
	return check_totals(run);
}
