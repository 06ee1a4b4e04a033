// SPDX-License-Identifier: Apache-2.0
/*
 * One operation: what it must do by the model, the doing of it in a worker, the change of the model. The contract's
 * numbers say where a prediction comes from.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/mempolicy.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "broken.h"
#include "fail.h"
#include "observe.h"
#include "run.h"

#define MAP_CONTIG		0x400000	/* contract, section 1 */
#ifndef MAP_DROPPABLE
#define MAP_DROPPABLE		0x08
#endif
#ifndef MADV_DONTNEED_LOCKED
#define MADV_DONTNEED_LOCKED	24
#endif
#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE		25
#endif
#define MADV_GUARD_INSTALL_	102
#define MAP_HUGE(shift)		((shift) << 26)

/* Together the ranges stay far below the reserve, so that a refusal is never for want of memory. */
#define MOST_HELD		(96ul << 20 >> 12)
#define FEW_PAGES		16ul

#define SOON_SECONDS		5	/* a charge may end a little after the process that had it */

/* Part of a segment. */
struct part {
	unsigned int who;
	struct process *process;
	struct segment *segment;
	size_t off, pages;
	uint64_t start;
};

static void tell(struct run *run, const char *format, ...)
{
	va_list args;

	if (!run->trace)
		return;
	va_start(args, format);
	fputs("#   ", run->trace);
	vfprintf(run->trace, format, args);
	putc('\n', run->trace);
	va_end(args);
	fflush(run->trace);
}

static const char *nothing_to_do(struct run *run)
{
	run->skipped++;
	tell(run, "(nothing to do it with)");
	return NULL;
}

unsigned int step_process(const struct run *run, const struct op *op)
{
	unsigned int alive = 0, i, n;

	for (i = 0; i < MAX_PROCESSES; i++)
		alive += run->model.process[i].alive;
	if (!alive)
		return MAX_PROCESSES;
	n = op->who % alive;
	for (i = 0; i < MAX_PROCESSES; i++) {
		if (run->model.process[i].alive && !n--)
			break;
	}
	return i;
}

static struct segment *segment_at(struct process *process, uint64_t addr)
{
	unsigned int i;

	for (i = 0; i < process->count; i++) {
		if (process->segment[i].start <= addr && addr < segment_end(&process->segment[i]))
			return &process->segment[i];
	}
	return NULL;
}

static bool part_of(struct run *run, const struct op *op, unsigned int who, struct part *part)
{
	struct process *process = &run->model.process[who];
	size_t left;

	if (!process->count || !model_has_room(process))
		return false;
	part->who = who;
	part->process = process;
	part->segment = &process->segment[op->seg % process->count];
	part->off = op->off % part->segment->pages;
	left = part->segment->pages - part->off;
	part->pages = op->pages ? 1 + (op->pages - 1) % left : left;
	part->start = part->segment->start + part->off * PAGE;
	return true;
}

/* Lets the part run on into what is mapped right behind it, if the operation wants more than the segment has. */
static void extend(const struct op *op, struct part *part)
{
	size_t left = part->segment->pages - part->off;
	struct segment *behind;

	if (op->pages < left || !op->pages)
		return;
	part->pages = left;
	while (part->pages < op->pages && (behind = segment_at(part->process, part->start + part->pages * PAGE))) {
		size_t more = op->pages - part->pages;

		part->pages += more < behind->pages ? more : behind->pages;
	}
}

/* Segments begin and end where the part does. */
static void cut(struct part *part)
{
	model_split(part->process, part->start);
	model_split(part->process, part->start + part->pages * PAGE);
	part->segment = segment_at(part->process, part->start);
}

#define FOR_PART(part, s)									\
	for (struct segment *s = (part)->process->segment;					\
	     s < (part)->process->segment + (part)->process->count; s++)			\
		if ((part)->start <= s->start && s->start < (part)->start + (part)->pages * PAGE)

/* Calls and compares with the one errno that is right. */
static const char *call(struct run *run, unsigned int who, int expected, struct reply *reply, const char *what,
			long number, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f)
{
	TRY(crew_call(&run->crew, who, reply, number, a, b, c, d, e, f));
	tell(run, "p%u: %s(%#lx, %#lx, %#lx, %#lx, %#lx, %#lx) = %#lx %s", who, what, a, b, c, d, e, f, reply->value,
	     reply->error ? error_name(reply->error) : "");
	if (reply->signal)
		return fail("p%u: %s ended with signal %d", who, what, reply->signal);
	if (reply->error != expected)
		return fail("errno: p%u: %s(%#lx, %#lx, %#lx, %#lx): expected %s, got %s", who, what, a, b, c, d,
			    error_name(expected), error_name(reply->error));
	return NULL;
}

static uint64_t new_stamp(struct run *run)
{
	uint64_t z = ++run->stamps * 0x9e3779b97f4a7c15u;

	return (z ^ z >> 31) | 1;
}

static size_t locked_now(struct run *run, unsigned int who)
{
	return (size_t)observe_number_fd(run->crew.member[who].status, "VmLck") / 4;
}

/* ---- mmap ---- */

static const int protections[] = { PROT_READ | PROT_WRITE, PROT_READ | PROT_WRITE, PROT_READ, PROT_NONE };

static int protection(const struct op *op)
{
	return protections[op->prot % 4];
}

static size_t zone_room(const struct op *op)
{
	return ZONE_PAGES - op->at % ZONE_PAGES;
}

static uint64_t zone_address(const struct op *op)
{
	return ZONE + op->at % ZONE_PAGES * PAGE;
}

/* C4: the errno for locking @pages more, as a new mapping. */
static int limit_error(struct run *run, unsigned int who, size_t pages, bool charge)
{
	size_t limit = run->model.process[who].limit;

	if (!run->uid || limit == NO_LIMIT)
		return 0;
	if (!limit)
		return EPERM;
	if (locked_now(run, who) + pages > limit || (charge && run->model.held + pages > limit))
		return EAGAIN;
	return 0;
}

/* At most what may be held, and no more than the buddy allocator has where there is no reserve. */
static size_t affordable(struct run *run, size_t pages)
{
	if (pages > STAMPS)
		pages = STAMPS;
	if (run->model.held + pages > MOST_HELD)
		pages = 1 + pages % FEW_PAGES;
	if (run->kernel->reserve < 4 * (long)(MOST_HELD * PAGE) && pages > BUDDY_PAGES)
		pages = BUDDY_PAGES;
	return pages;
}

struct place {
	uint64_t addr;
	int flags;
	int error;
};

/* Where to map: anywhere, or in the zone by hint or force, or over part of a segment. */
static struct place choose_place(struct run *run, const struct op *op, unsigned int who, size_t *pages)
{
	struct place place = { 0 };
	struct part part;

	switch (op->how % 8) {
	case 0:
	case 1:
	case 2:
		return place;
	case 3:
	case 4:
		place.flags = MAP_FIXED;
		break;
	case 5:
		place.flags = MAP_FIXED_NOREPLACE;
		break;
	case 6:
		break;
	case 7:
		if (part_of(run, op, who, &part)) {
			place.flags = MAP_FIXED;
			place.addr = part.start;
			if (*pages > part.segment->pages - part.off)
				*pages = part.segment->pages - part.off;
			return place;
		}
		return place;
	}
	place.addr = zone_address(op);
	if (*pages > zone_room(op))
		*pages = zone_room(op);
	if (place.flags == MAP_FIXED_NOREPLACE && model_overlaps(&run->model.process[who], place.addr, *pages))
		place.error = EEXIST;
	return place;
}

static const char *not_where_asked(const struct run *run, unsigned int who, const struct place *place, uint64_t addr,
				   size_t pages)
{
	if (place->flags && addr != place->addr)
		return fail("p%u: mapped at %#lx instead of %#lx", who, addr, place->addr);
	if (!place->flags && model_overlaps(&run->model.process[who], addr, pages))
		return fail("p%u: mapped at %#lx, where something is mapped already", who, addr);
	return NULL;
}

/* C1, C8, C14 at the moment of return: present without being touched, in a row, huge where asked for. */
static const char *check_born(struct run *run, unsigned int who, uint64_t addr, struct mem *mem, int prot, bool placed,
			      bool demand)
{
	static _Thread_local uint64_t words[STAMPS];
	long huge;
	size_t i;

	TRY(check_pagemap(run, who, addr, mem->pages, words));
	if (prot == PROT_NONE) {
		/* Nothing is there yet to see; the checks to come read it as a debugger does. */
		char byte;

		if (pread(run->crew.member[who].memory, &byte, 1, (off_t)addr) != 1)
			return fail("C12: p%u: /proc/PID/mem can not read %#lx", who, addr);
		TRY(check_pagemap(run, who, addr, 1, words));
	}
	mem->pfn = PAGEMAP_PFN(words[0]);
	if (!mem->pfn)
		return fail("C8: p%u: page 0 of a new mapping of %zu pages at %#lx is not there: %#lx", who, mem->pages,
			    addr, words[0]);
	for (i = 0; prot != PROT_NONE && i < mem->pages; i++) {
		if (!(words[i] & PAGEMAP_PRESENT) || PAGEMAP_PFN(words[i]) != mem->pfn + i)
			return fail("C1: p%u: page %zu of a new mapping of %zu pages at %#lx: expected PFN %#lx, found %#lx%s",
				    who, i, mem->pages, addr, mem->pfn + i, PAGEMAP_PFN(words[i]),
				    words[i] & PAGEMAP_PRESENT ? "" : ", not present");
	}
	if (mem->pages >= HUGE_PAGES && run->kernel->huge && (mem->pfn % HUGE_PAGES || (!placed && addr % (2ul << 20))))
		return fail("C14: p%u: %zu pages at %#lx with PFN %#lx are not aligned for huge page table entries", who,
			    mem->pages, addr, mem->pfn);
	if (prot == PROT_NONE || !run->kernel->huge)
		return NULL;
	huge = observe_huge_bytes(run->crew.member[who].pagemap, addr, mem->pages);
	if ((demand || (!placed && mem->pages % HUGE_PAGES == 0)) && huge >= 0 && huge != (long)(mem->pages * PAGE))
		return fail("C14: p%u: only %ld bytes of %zu pages at %#lx are mapped by huge page table entries", who,
			    huge, mem->pages, addr);
	return NULL;
}

/* The call, again for a while if it is refused for a charge that a dying process has still. */
static const char *call_mmap(struct run *run, unsigned int who, int expected, struct reply *reply, uint64_t addr,
			     size_t length, int prot, int flags)
{
	struct timespec pause = { .tv_nsec = 20000000 };
	int tries;

	for (tries = 0; run->uid && !expected && tries < SOON_SECONDS * 50; tries++) {
		TRY(crew_call(&run->crew, who, reply, SYS_mmap, addr, length, (uint64_t)prot, (uint64_t)flags,
			      (uint64_t)-1, 0));
		if (reply->error != EAGAIN) {
			tell(run, "p%u: mmap(%#lx, %#lx, %#x, %#x) = %#lx %s", who, addr, length, prot, flags,
			     reply->value, reply->error ? error_name(reply->error) : "");
			if (reply->error)
				return fail("errno: p%u: mmap of %#lx bytes: got %s", who, length,
					    error_name(reply->error));
			return NULL;
		}
		nanosleep(&pause, NULL);
	}
	return call(run, who, expected, reply, "mmap", SYS_mmap, addr, length, (uint64_t)prot, (uint64_t)flags,
		    (uint64_t)-1, 0);
}

/* extra: 0-1 harmless flags, 2-3 MAP_HUGETLB */
static const char *step_mmap(struct run *run, const struct op *op, unsigned int who)
{
	static const int types[] = { MAP_PRIVATE, MAP_PRIVATE, MAP_SHARED, MAP_SHARED_VALIDATE };
	static const int extras[] = {
		MAP_NORESERVE, MAP_POPULATE, MAP_POPULATE | MAP_NONBLOCK, MAP_LOCKED, 0, 0, 0, 0,
	};
	struct process *process = &run->model.process[who];
	size_t pages = affordable(run, op->pages ? op->pages : 1);
	int type = types[op->seg % 4], prot = protection(op), flags;
	bool demand = op->extra % 8 == 7;
	struct segment *segment;
	struct reply reply;
	struct place place;
	struct mem *mem;
	int error;

	if (!model_has_room(process))
		return nothing_to_do(run);
	place = choose_place(run, op, who, &pages);
	flags = MAP_ANONYMOUS | MAP_CONTIG | type | place.flags | extras[op->extra / 8 % 8];
	error = 0;
	if (demand) {
		flags |= MAP_HUGETLB | (op->extra & 8 ? MAP_HUGE(21) : 0);
		if (!run->kernel->counters || pages % HUGE_PAGES || (place.flags && place.addr % (2ul << 20)))
			error = EINVAL;
	}
	if (!error)
		error = limit_error(run, who, pages, true);
	if (!error)
		error = place.error;
	TRY(call_mmap(run, who, error, &reply, place.addr, pages * PAGE, prot, flags));
	if (error)
		return place.flags ? check_region(run, who, place.addr, pages, false) : NULL;

	TRY(not_where_asked(run, who, &place, (uint64_t)reply.value, pages));
	model_unmap(&run->model, process, (uint64_t)reply.value, pages);
	mem = model_new_mem(&run->model, type == MAP_PRIVATE ? CONTIG_PRIVATE : CONTIG_SHARED, pages);
	segment = model_map(process, (uint64_t)reply.value, pages, mem, 0, prot);
	segment->locked = true;
	run->model.held += pages;
	run->fresh[run->fresh_count++] = mem;
	TRY(check_born(run, who, segment->start, mem, prot, place.addr, demand));
	/* C9: all of it is zero */
	return check_region(run, who, (uint64_t)reply.value, pages, true);
}

/* C3 and section 4: refused, and what was there is there still. */
static const char *step_mmap_bad(struct run *run, const struct op *op, unsigned int who)
{
	struct process *process = &run->model.process[who];
	size_t length = (1 + op->pages % 64) * PAGE;
	int flags = MAP_ANONYMOUS | MAP_CONTIG | (op->extra & 1 ? MAP_SHARED : MAP_PRIVATE);
	int prot = PROT_READ | PROT_WRITE, error = EINVAL, refused;
	struct part part = { 0 };
	struct reply reply;
	uint64_t addr = 0, fd = (uint64_t)-1;

	if (part_of(run, op, who, &part) && op->extra & 2) {
		addr = part.start;
		flags |= MAP_FIXED;
	}
	refused = limit_error(run, who, length / PAGE, true);
	switch (op->how % 11) {
	case 0:
		flags &= ~MAP_ANONYMOUS;
		fd = (uint64_t)run->crew.arena->go[0];
		break;
	case 1:
		flags |= MAP_GROWSDOWN;
		break;
	case 2:
		flags |= MAP_SYNC;
		break;
	case 3:
		flags = MAP_ANONYMOUS | MAP_CONTIG | MAP_DROPPABLE | (flags & MAP_FIXED);
		break;
	case 4:
		length = 0;
		break;
	case 5:
		flags |= MAP_HUGETLB | MAP_HUGE(30);
		break;
	case 6:
		flags |= MAP_HUGETLB;
		length |= PAGE;
		length += length % (2ul << 20) ? 0 : PAGE;
		break;
	case 7:		/* more than there is */
		length = (run->kernel->memory + 1 + op->pages) * PAGE;
		error = refused ? refused : ENOMEM;
		if (!refused && run->uid && process->limit != NO_LIMIT)
			error = EAGAIN;
		break;
	case 8:		/* more than can be */
		length = 1ul << (47 + op->pages % 16);
		error = ENOMEM;
		break;
	case 9:		/* no address that MAP_FIXED could take */
		flags |= MAP_FIXED;
		addr = zone_address(op) + 1 + op->pages % 4095;
		error = refused ? refused : EINVAL;
		break;
	case 10:	/* not for code */
		prot |= PROT_EXEC;
		error = refused ? refused : EPERM;
		break;
	}
	if (broken("errno") && op->how % 11 == 4)
		error = ENOMEM;
	TRY(crew_call(&run->crew, who, &reply, SYS_mmap, addr, length, (uint64_t)prot, (uint64_t)flags, fd, 0));
	tell(run, "p%u: mmap(%#lx, %#lx, %#x, %#x, %ld) = %#lx %s", who, addr, length, prot, flags, (long)fd,
	     reply.value, error_name(reply.error));
	if (reply.error != error)
		return fail("errno: p%u: mmap(%#lx, %#lx, %#x, %#x), variant %u: expected %s, got %s", who, addr, length,
			    prot, flags, op->how % 11, error_name(error), error_name(reply.error));
	return part.process ? check_region(run, who, part.segment->start, part.segment->pages, false) : NULL;
}

/* A neighbour: ordinary memory. */
static const char *step_plain(struct run *run, const struct op *op, unsigned int who)
{
	struct process *process = &run->model.process[who];
	size_t pages = 1 + (op->pages ? op->pages : 1) % 1024;
	bool shared = op->seg % 4 == 3;
	int prot = protection(op);
	struct segment *segment;
	struct reply reply;
	struct place place;
	struct mem *mem;

	if (!model_has_room(process))
		return nothing_to_do(run);
	place = choose_place(run, op, who, &pages);
	TRY(call(run, who, place.error, &reply, "mmap (plain)", SYS_mmap, place.addr, pages * PAGE, (uint64_t)prot,
		 (uint64_t)(MAP_ANONYMOUS | (shared ? MAP_SHARED : MAP_PRIVATE) | place.flags), (uint64_t)-1, 0));
	if (place.error)
		return check_region(run, who, place.addr, pages, false);
	TRY(not_where_asked(run, who, &place, (uint64_t)reply.value, pages));
	model_unmap(&run->model, process, (uint64_t)reply.value, pages);
	mem = model_new_mem(&run->model, shared ? PLAIN_SHARED : PLAIN_PRIVATE, pages);
	segment = model_map(process, (uint64_t)reply.value, pages, mem, 0, prot);
	segment->locked = process->lock_future;
	return check_region(run, who, segment->start, pages, false);
}

/* ---- munmap, mremap, mprotect ---- */

static const char *step_munmap(struct run *run, const struct op *op, unsigned int who)
{
	struct part part;
	struct reply reply;

	if (!part_of(run, op, who, &part))
		return nothing_to_do(run);
	extend(op, &part);
	TRY(call(run, who, 0, &reply, "munmap", SYS_munmap, part.start, part.pages * PAGE, 0, 0, 0, 0));
	if (broken("vmlck") && part.off && part.segment->locked)
		run->forgotten += part.pages;
	model_unmap(&run->model, part.process, part.start, part.pages);
	/* What is left of a huge page that was cut. */
	return check_region(run, who, part.start - 4 * PAGE, part.pages + 8, false);
}

enum mremap_variant { SHRINK, MOVE, GROW, DONTUNMAP, DUPLICATE, MOVE_AND_SHRINK, GROW_FIXED, STAY, MREMAP_VARIANTS };

/* Moves what the model has at the part, of which only @pages are left, to @to. */
static void model_move(struct run *run, struct part *part, uint64_t to, size_t pages)
{
	struct mem *mem = part->segment->mem;
	struct segment moved, *segment;

	mem->mappings++;	/* it is held all the time */
	model_unmap(&run->model, part->process, to, pages);
	model_unmap(&run->model, part->process, part->start + pages * PAGE, part->pages - pages);
	part->pages = pages;
	cut(part);
	moved = *part->segment;
	model_unmap(&run->model, part->process, part->start, pages);
	segment = model_map(part->process, to, pages, mem, moved.off, moved.prot);
	segment->locked = moved.locked;
	segment->dontfork = moved.dontfork;
	segment->wipeonfork = moved.wipeonfork;
	mem->mappings--;
}

static const char *mremap_move(struct run *run, const struct op *op, struct part *part, size_t pages)
{
	uint64_t to = zone_address(op);
	struct reply reply;
	bool overlap = to < part->start + part->pages * PAGE && part->start < to + pages * PAGE;

	if (pages > zone_room(op))
		return nothing_to_do(run);
	TRY(call(run, part->who, overlap ? EINVAL : 0, &reply, "mremap", SYS_mremap, part->start, part->pages * PAGE,
		 pages * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, to, 0));
	if (overlap)
		return check_region(run, part->who, part->start, part->pages, false);
	if ((uint64_t)reply.value != to)
		return fail("p%u: mremap moved to %#lx instead of %#lx", part->who, reply.value, to);
	model_move(run, part, to, pages);
	return check_region(run, part->who, to, pages, false);
}

/* C5 for contiguous memory; the copy in a child may grow (C6). */
static const char *mremap_grow(struct run *run, const struct op *op, struct part *part)
{
	size_t pages = part->pages + 1 + op->extra;
	struct segment before = *part->segment, *segment;
	uint64_t flags = MREMAP_MAYMOVE, to = 0;
	struct reply reply;
	struct mem *mem;
	int error = 0;

	if (is_contig(before.mem)) {
		if (op->prot & 1)
			flags = 0;
		to = zone_address(op);
		if (op->how % MREMAP_VARIANTS == GROW_FIXED && pages <= zone_room(op) &&
		    !model_overlaps(part->process, to, pages))
			flags = MREMAP_MAYMOVE | MREMAP_FIXED;
		TRY(call(run, part->who, EFAULT, &reply, "mremap", SYS_mremap, part->start, part->pages * PAGE,
			 pages * PAGE, flags, to, 0));
		return check_region(run, part->who, part->start, part->pages, false);
	}
	if (before.mem->kind == PLAIN_SHARED || pages > 4096)
		return nothing_to_do(run);
	if (before.locked && limit_error(run, part->who, pages - part->pages, false))
		error = EAGAIN;
	TRY(call(run, part->who, error, &reply, "mremap", SYS_mremap, part->start, part->pages * PAGE, pages * PAGE,
		 flags, 0, 0));
	if (error)
		return check_region(run, part->who, part->start, part->pages, false);
	mem = model_new_mem(&run->model, PLAIN_PRIVATE, pages);
	mem->copied = before.mem->copied;
	memcpy(mem->stamp, before.mem->stamp + before.off + part->off, part->pages * sizeof(*mem->stamp));
	model_unmap(&run->model, part->process, part->start, part->pages);
	if (model_overlaps(part->process, (uint64_t)reply.value, pages))
		return fail("p%u: mremap grew into %#lx, where something is mapped already", part->who, reply.value);
	segment = model_map(part->process, (uint64_t)reply.value, pages, mem, 0, before.prot);
	segment->locked = before.locked;
	segment->dontfork = before.dontfork;
	segment->wipeonfork = before.wipeonfork;
	return check_region(run, part->who, segment->start, pages, false);
}

static const char *mremap_duplicate(struct run *run, const struct op *op, struct part *part)
{
	struct segment *segment, from = *part->segment;
	size_t pages = part->pages;
	struct reply reply;
	int error = 0;

	if (!is_shared(from.mem))
		error = EINVAL;
	else if (is_contig(from.mem) && op->extra % 4 == 0)
		error = EFAULT;
	else if (from.locked && limit_error(run, part->who, pages, false))
		error = EAGAIN;
	if (error == EFAULT)
		pages = from.mem->pages + 1;
	TRY(call(run, part->who, error, &reply, "mremap", SYS_mremap, part->start, 0, pages * PAGE, MREMAP_MAYMOVE, 0,
		 0));
	if (error)
		return check_region(run, part->who, part->start, part->pages, false);
	if (model_overlaps(part->process, (uint64_t)reply.value, pages))
		return fail("p%u: mremap made a second mapping at %#lx, where something is mapped already", part->who,
			    reply.value);
	segment = model_map(part->process, (uint64_t)reply.value, pages, from.mem, from.off + part->off, from.prot);
	segment->locked = from.locked;
	segment->dontfork = from.dontfork;
	return check_region(run, part->who, segment->start, pages, false);
}

static const char *step_mremap(struct run *run, const struct op *op, unsigned int who)
{
	struct reply reply;
	struct part part;
	size_t pages;

	if (!part_of(run, op, who, &part))
		return nothing_to_do(run);
	pages = 1 + op->extra % part.pages;
	switch (op->how % MREMAP_VARIANTS) {
	case SHRINK:
		TRY(call(run, who, 0, &reply, "mremap", SYS_mremap, part.start, part.pages * PAGE, pages * PAGE, 0, 0,
			 0));
		if ((uint64_t)reply.value != part.start)
			return fail("p%u: mremap moved what it should shrink to %#lx", who, reply.value);
		model_unmap(&run->model, part.process, part.start + pages * PAGE, part.pages - pages);
		return check_region(run, who, part.start, pages, false);
	case MOVE:
		return mremap_move(run, op, &part, part.pages);
	case MOVE_AND_SHRINK:
		return mremap_move(run, op, &part, pages);
	case GROW:
	case GROW_FIXED:
		return mremap_grow(run, op, &part);
	case DONTUNMAP:
		if (!is_contig(part.segment->mem))
			return nothing_to_do(run);
		TRY(call(run, who, EINVAL, &reply, "mremap (DONTUNMAP)", SYS_mremap, part.start, part.pages * PAGE,
			 part.pages * PAGE, MREMAP_MAYMOVE | MREMAP_DONTUNMAP, 0, 0));
		break;
	case DUPLICATE:
		return mremap_duplicate(run, op, &part);
	case STAY:
		TRY(call(run, who, 0, &reply, "mremap", SYS_mremap, part.start, part.pages * PAGE, part.pages * PAGE,
			 op->extra & 1 ? MREMAP_MAYMOVE : 0, 0, 0));
		if ((uint64_t)reply.value != part.start)
			return fail("p%u: mremap moved what it should leave to %#lx", who, reply.value);
		break;
	}
	return check_region(run, who, part.start, part.pages, false);
}

static const char *step_mprotect(struct run *run, const struct op *op, unsigned int who)
{
	struct reply reply;
	struct part part;
	int prot = protection(op), error = 0;

	if (!part_of(run, op, who, &part))
		return nothing_to_do(run);
	if (op->how % 16 == 0) {
		/* Not for code; the copy in a child may be. */
		prot = PROT_READ | PROT_EXEC;
		if (is_contig(part.segment->mem) || (part.segment->mem->copied && !run->kernel->counters))
			error = EACCES;
	} else {
		extend(op, &part);
	}
	TRY(call(run, who, error, &reply, "mprotect", SYS_mprotect, part.start, part.pages * PAGE, (uint64_t)prot, 0, 0,
		 0));
	if (!error) {
		cut(&part);
		FOR_PART(&part, s)
			s->prot = prot;
	}
	return check_region(run, who, part.start, part.pages, false);
}

/* ---- madvise ---- */

#define ADVICES(X)										\
	X(MADV_NORMAL) X(MADV_RANDOM) X(MADV_SEQUENTIAL) X(MADV_WILLNEED) X(MADV_DONTFORK)	\
	X(MADV_DOFORK) X(MADV_WIPEONFORK) X(MADV_KEEPONFORK) X(MADV_DONTDUMP) X(MADV_DODUMP)	\
	X(MADV_POPULATE_READ) X(MADV_POPULATE_WRITE) X(MADV_DONTNEED) X(MADV_DONTNEED_LOCKED)	\
	X(MADV_FREE) X(MADV_REMOVE) X(MADV_COLD) X(MADV_PAGEOUT) X(MADV_COLLAPSE)		\
	X(MADV_GUARD_INSTALL_) X(MADV_MERGEABLE) X(MADV_UNMERGEABLE) X(MADV_HUGEPAGE)		\
	X(MADV_NOHUGEPAGE)

static const struct advice {
	int value;
	const char *name;
} advices[] = {
#define X(name) { name, #name },
	ADVICES(X)
#undef X
};

#define ADVICE_COUNT (sizeof(advices) / sizeof(advices[0]))

/* C11. */
static int advice_error(const struct run *run, const struct segment *segment, int advice)
{
	bool contig = is_contig(segment->mem);

	if (!run->kernel->advice[advice])
		return EINVAL;
	switch (advice) {
	case MADV_WILLNEED:
		return contig ? 0 : run->kernel->plain_willneed;
	case MADV_POPULATE_READ:
		return segment->prot & PROT_READ ? 0 : EINVAL;
	case MADV_POPULATE_WRITE:
		return segment->prot & PROT_WRITE ? 0 : EINVAL;
	case MADV_WIPEONFORK:
		return is_shared(segment->mem) ? EINVAL : 0;
	case MADV_DONTNEED:
	case MADV_COLD:
	case MADV_PAGEOUT:
		return contig || segment->locked ? EINVAL : 0;
	case MADV_DONTNEED_LOCKED:
	case MADV_FREE:
	case MADV_REMOVE:
	case MADV_COLLAPSE:
	case MADV_GUARD_INSTALL_:
		return contig ? EINVAL : 0;
	}
	return 0;
}

static void model_advise(struct part *part, int advice)
{
	struct segment *segment;

	switch (advice) {
	case MADV_DONTNEED:
	case MADV_DONTNEED_LOCKED:
		if (part->segment->mem->kind == PLAIN_PRIVATE)
			memset(part->segment->mem->stamp + part->segment->off + part->off, 0,
			       part->pages * sizeof(uint64_t));
		return;
	case MADV_DONTFORK:
	case MADV_DOFORK:
	case MADV_WIPEONFORK:
	case MADV_KEEPONFORK:
		break;
	default:
		return;
	}
	cut(part);
	segment = part->segment;
	if (advice == MADV_DONTFORK || advice == MADV_DOFORK)
		segment->dontfork = advice == MADV_DONTFORK;
	else
		segment->wipeonfork = advice == MADV_WIPEONFORK;
}

static const char *step_madvise(struct run *run, const struct op *op, unsigned int who)
{
	const struct advice *advice = &advices[op->how % ADVICE_COUNT];
	struct reply reply;
	struct part part;
	int error;

	if (!part_of(run, op, who, &part))
		return nothing_to_do(run);
	if (!is_contig(part.segment->mem) &&
	    (advice->value == MADV_FREE || advice->value == MADV_REMOVE || advice->value == MADV_COLLAPSE ||
	     advice->value == MADV_GUARD_INSTALL_))
		return nothing_to_do(run);	/* what these do to ordinary memory is not our subject */
	error = advice_error(run, part.segment, advice->value);
	TRY(call(run, who, error, &reply, advice->name, SYS_madvise, part.start, part.pages * PAGE,
		 (uint64_t)advice->value, 0, 0, 0));
	if (!error)
		model_advise(&part, advice->value);
	return check_region(run, who, part.start, part.pages, false);
}

/* ---- processes ---- */

/* What fork() may not touch: the parent's page table entries for its private ranges (C6). */
static const char *private_words(struct run *run, unsigned int who, uint64_t *words, size_t most)
{
	const struct process *process = &run->model.process[who];
	unsigned int i;
	size_t k, n = 0;

	for (i = 0; i < process->count; i++) {
		const struct segment *segment = &process->segment[i];

		if (segment->mem->kind != CONTIG_PRIVATE || n + segment->pages > most)
			continue;
		TRY(check_pagemap(run, who, segment->start, segment->pages, words + n));
		for (k = 0; k < segment->pages; k++)
			words[n + k] &= PAGEMAP_PRESENT | PAGEMAP_PFN(~0ul);
		n += segment->pages;
	}
	memset(words + n, 0, (most - n) * sizeof(*words));
	return NULL;
}

#define MOST_WORDS 16384

static const char *step_fork(struct run *run, const struct op *op, unsigned int who)
{
	static _Thread_local uint64_t before[MOST_WORDS], after[MOST_WORDS];
	struct process *parent = &run->model.process[who], *child;
	struct reply reply;
	unsigned int to = 0, i, k;

	(void)op;
	while (to < MAX_PROCESSES && run->model.process[to].alive)
		to++;
	if (to == MAX_PROCESSES)
		return nothing_to_do(run);
	child = &run->model.process[to];
	TRY(private_words(run, who, before, MOST_WORDS));
	TRY(crew_fork(&run->crew, who, to, &reply));
	tell(run, "p%u: fork() = p%u (pid %ld)", who, to, reply.value);
	if (reply.error)
		return fail("errno: p%u: fork: expected success, got %s", who, error_name(reply.error));
	model_fork(&run->model, parent, child);
	TRY(private_words(run, who, after, MOST_WORDS));
	if (memcmp(before, after, sizeof(before)))
		return fail("C6: fork changed the page table entries of the parent p%u", who);
	/* The child shall not hold what only its parent has pinned. */
	for (i = 0; i < MAX_PINS; i++) {
		for (k = 0; parent->pin[i].kind && k < (parent->pin[i].kind == PIN_PIPE ? 2 : 1); k++)
			TRY(call(run, to, 0, &reply, "close", SYS_close, (uint64_t)parent->pin[i].fd[k], 0, 0, 0, 0,
				 0));
	}
	for (i = 0; i < parent->count; i++)
		TRY(check_region(run, who, parent->segment[i].start, parent->segment[i].pages, false));
	for (i = 0; i < child->count; i++)
		TRY(check_region(run, to, child->segment[i].start, child->segment[i].pages, false));
	return NULL;
}

static const char *end_process(struct run *run, unsigned int who, bool kill_it)
{
	tell(run, "p%u: %s", who, kill_it ? "kill -9" : "exit");
	TRY(crew_end(&run->crew, who, kill_it));
	model_end(&run->model, &run->model.process[who]);
	return NULL;
}

static unsigned int alive(const struct run *run)
{
	unsigned int i, n = 0;

	for (i = 0; i < MAX_PROCESSES; i++)
		n += run->model.process[i].alive;
	return n;
}

/* kill -9 in the midst of mmap: whatever became of it, nothing is left. */
static const char *step_kill_busy(struct run *run, const struct op *op, unsigned int who)
{
	size_t pages = affordable(run, op->pages ? op->pages : 1);
	struct timespec pause = { .tv_nsec = 50000 * (long)op->extra };

	if (alive(run) == 1)
		return nothing_to_do(run);
	crew_slot(&run->crew, who)->command = (struct command){
		.kind = DO_CALL, .number = SYS_mmap,
		.arg = { 0, pages * PAGE, PROT_READ | PROT_WRITE,
			 MAP_ANONYMOUS | MAP_CONTIG | (op->how & 1 ? MAP_PRIVATE : MAP_SHARED), (uint64_t)-1, 0 },
	};
	crew_begin(&run->crew, who);
	nanosleep(&pause, NULL);
	return end_process(run, who, true);
}

/* ---- pins ---- */

static struct pin *free_pin(struct process *process, unsigned int *number)
{
	for (*number = 0; *number < MAX_PINS; ++*number) {
		if (process->pin[*number].kind == PIN_NONE)
			return &process->pin[*number];
	}
	return NULL;
}

/* C12: a long-term pin, as RDMA or VFIO take it, here by a registered buffer of io_uring. */
static const char *step_pin(struct run *run, const struct op *op, unsigned int who)
{
	struct slot *slot = crew_slot(&run->crew, who);
	struct iovec *buffer = (struct iovec *)slot->scratch;
	struct io_uring_params *params;
	struct reply reply;
	struct part part;
	unsigned int number;
	struct pin *pin;
	int fd, error;

	if (!part_of(run, op, who, &part) || !(pin = free_pin(part.process, &number)))
		return nothing_to_do(run);
	params = &slot->ring[number];
	memset(params, 0, sizeof(*params));
	TRY(call(run, who, 0, &reply, "io_uring_setup", SYS_io_uring_setup, 2, (uint64_t)params, 0, 0, 0, 0));
	fd = (int)reply.value;
	*buffer = (struct iovec){ (void *)part.start, part.pages * PAGE };
	error = part.segment->prot & PROT_WRITE ? 0 : EFAULT;
	TRY(crew_call(&run->crew, who, &reply, SYS_io_uring_register, (uint64_t)fd, IORING_REGISTER_BUFFERS,
		      (uint64_t)buffer, 1, 0, 0));
	tell(run, "p%u: io_uring_register(%d, BUFFERS, %#lx, %zu pages) = %ld %s", who, fd, part.start, part.pages,
	     reply.value, error_name(reply.error));
	/* io_uring has an account of its own for users with a limit. */
	if (reply.error == ENOMEM && run->uid && part.process->limit != NO_LIMIT)
		error = ENOMEM;
	if (reply.error != error)
		return fail("errno: C12: p%u: pin of %zu pages at %#lx: expected %s, got %s", who, part.pages,
			    part.start, error_name(error), error_name(reply.error));
	if (error)
		return call(run, who, 0, &reply, "close", SYS_close, (uint64_t)fd, 0, 0, 0, 0, 0);
	model_pin(pin, PIN_RING, part.segment, part.off, part.pages);
	pin->fd[0] = fd;
	return check_region(run, who, part.start, part.pages, false);
}

#define PIPE_PAGES 16	/* a pipe's length as it is born */

static const char *step_splice(struct run *run, const struct op *op, unsigned int who)
{
	struct slot *slot = crew_slot(&run->crew, who);
	struct iovec *vector = (struct iovec *)slot->scratch;
	int *ends = (int *)(slot->scratch + 4096);
	struct reply reply;
	struct part part;
	unsigned int number;
	struct pin *pin;
	int error, fd[2];

	if (!part_of(run, op, who, &part) || !(pin = free_pin(part.process, &number)))
		return nothing_to_do(run);
	if (part.pages > PIPE_PAGES)
		part.pages = PIPE_PAGES;
	error = part.segment->prot & PROT_READ ? 0 : EFAULT;
	TRY(call(run, who, 0, &reply, "pipe2", SYS_pipe2, (uint64_t)ends, O_NONBLOCK, 0, 0, 0, 0));
	fd[0] = ends[0];
	fd[1] = ends[1];
	*vector = (struct iovec){ (void *)part.start, part.pages * PAGE };
	TRY(call(run, who, error, &reply, "vmsplice", SYS_vmsplice, (uint64_t)fd[1], (uint64_t)vector, 1,
		 SPLICE_F_NONBLOCK, 0, 0));
	if (!error && reply.value != (long)(part.pages * PAGE))
		return fail("C12: p%u: vmsplice took %ld bytes of %zu pages", who, reply.value, part.pages);
	if (error) {
		TRY(call(run, who, 0, &reply, "close", SYS_close, (uint64_t)fd[0], 0, 0, 0, 0, 0));
		return call(run, who, 0, &reply, "close", SYS_close, (uint64_t)fd[1], 0, 0, 0, 0, 0);
	}
	model_pin(pin, PIN_PIPE, part.segment, part.off, part.pages);
	memcpy(pin->fd, fd, sizeof(fd));
	return check_region(run, who, part.start, part.pages, false);
}

static struct pin *used_pin(struct process *process, unsigned int n, unsigned int *number)
{
	unsigned int i, used = 0;

	for (i = 0; i < MAX_PINS; i++)
		used += process->pin[i].kind != PIN_NONE;
	if (!used)
		return NULL;
	n %= used;
	for (i = 0; i < MAX_PINS; i++) {
		if (process->pin[i].kind != PIN_NONE && !n--)
			break;
	}
	*number = i;
	return &process->pin[i];
}

/* The pipe has the very pages, not a copy: what was written since shows, also where the mapping is gone. */
static const char *drain(struct run *run, unsigned int who, const struct pin *pin)
{
	struct slot *slot = crew_slot(&run->crew, who);
	struct reply reply;
	size_t i;

	for (i = 0; i < pin->pages; i++) {
		TRY(call(run, who, 0, &reply, "read", SYS_read, (uint64_t)pin->fd[0], (uint64_t)slot->scratch, PAGE, 0,
			 0, 0));
		if (reply.value != (long)PAGE)
			return fail("p%u: the pipe gave %ld bytes of page %zu", who, reply.value, i);
		if (is_contig(pin->mem) && !page_is(slot->scratch, pin->mem->stamp[pin->off + i], true, &reply))
			return fail("C12: bytes: p%u: page %zu of m%u out of a pipe, byte %zu: expected %#lx, found %#lx",
				    who, pin->off + i, pin->mem->number, reply.bad.word * sizeof(uint64_t),
				    reply.bad.expected, reply.bad.found);
	}
	return NULL;
}

static const char *step_unpin(struct run *run, const struct op *op, unsigned int who)
{
	struct process *process = &run->model.process[who];
	struct reply reply;
	unsigned int number;
	struct pin *pin = used_pin(process, op->seg, &number);

	if (!pin)
		return nothing_to_do(run);
	if (pin->kind == PIN_PIPE) {
		TRY(drain(run, who, pin));
		TRY(call(run, who, 0, &reply, "close", SYS_close, (uint64_t)pin->fd[1], 0, 0, 0, 0, 0));
	}
	TRY(call(run, who, 0, &reply, "close", SYS_close, (uint64_t)pin->fd[0], 0, 0, 0, 0, 0));
	model_unpin(&run->model, pin);
	return NULL;
}

/* A device writes into what is pinned, mapped or not. */
static const char *step_device(struct run *run, const struct op *op, unsigned int who)
{
	struct process *process = &run->model.process[who];
	struct slot *slot = crew_slot(&run->crew, who);
	struct reply reply;
	unsigned int number, i;
	struct pin *pin = used_pin(process, op->seg, &number);
	uint64_t stamp;
	size_t page;

	if (!pin || pin->kind != PIN_RING || !is_contig(pin->mem))
		return nothing_to_do(run);
	page = op->off % pin->pages;
	stamp = new_stamp(run);
	slot->command = (struct command){
		.kind = DO_DEVICE, .arg = { (uint64_t)pin->fd[0], pin->addr + page * PAGE, stamp, number },
	};
	TRY(crew_do(&run->crew, who, &reply));
	tell(run, "p%u: READ_FIXED into page %zu of m%u = %ld", who, pin->off + page, pin->mem->number, reply.value);
	if (reply.value != (long)PAGE)
		return fail("errno: C12: p%u: a device's write into pinned page %zu of m%u: %ld, %s", who,
			    pin->off + page, pin->mem->number, reply.value, error_name(reply.error));
	pin->mem->stamp[pin->off + page] = stamp;
	for (i = 0; i < process->count; i++) {
		const struct segment *segment = &process->segment[i];

		if (segment->mem == pin->mem && segment->off <= pin->off + page &&
		    pin->off + page < segment->off + segment->pages)
			TRY(check_region(run, who, segment->start + (pin->off + page - segment->off) * PAGE, 1, true));
	}
	return NULL;
}

/* ---- locks ---- */

/* mlock(): what counts already does not count again (C4); what can not be read can not be faulted in. */
static const char *step_mlock(struct run *run, const struct op *op, unsigned int who)
{
	bool on_fault = op->extra & 1;
	size_t limit = run->model.process[who].limit, more = 0;
	bool refused = false;
	struct reply reply;
	struct part part;
	int error = 0;

	if (!part_of(run, op, who, &part))
		return nothing_to_do(run);
	extend(op, &part);
	cut(&part);
	FOR_PART(&part, s) {
		more += s->locked ? 0 : s->pages;
		if (s->prot == PROT_NONE && (!on_fault || is_contig(s->mem)))
			error = ENOMEM;
	}
	if (run->uid && (!limit || (limit != NO_LIMIT && locked_now(run, who) + more > limit))) {
		refused = true;		/* before anything is done */
		error = limit ? ENOMEM : EPERM;
	}
	TRY(call(run, who, error, &reply, on_fault ? "mlock2 (ONFAULT)" : "mlock", on_fault ? SYS_mlock2 : SYS_mlock,
		 part.start, part.pages * PAGE, on_fault ? MLOCK_ONFAULT : 0, 0, 0, 0));
	FOR_PART(&part, s) {
		if (!refused && !is_contig(s->mem))
			s->locked = true;
	}
	return check_region(run, who, part.start, part.pages, false);
}

static const char *step_munlock(struct run *run, const struct op *op, unsigned int who)
{
	struct reply reply;
	struct part part;

	if (!part_of(run, op, who, &part))
		return nothing_to_do(run);
	extend(op, &part);
	TRY(call(run, who, 0, &reply, "munlock", SYS_munlock, part.start, part.pages * PAGE, 0, 0, 0, 0));
	cut(&part);
	FOR_PART(&part, s) {
		if (!is_contig(s->mem))
			s->locked = false;
	}
	return check_region(run, who, part.start, part.pages, false);
}

static void model_lock_plain(struct process *process, bool locked)
{
	unsigned int i;

	for (i = 0; i < process->count; i++) {
		if (!is_contig(process->segment[i].mem))
			process->segment[i].locked = locked;
	}
}

static const char *step_mlockall(struct run *run, const struct op *op, unsigned int who)
{
	static const int all[] = {
		MCL_CURRENT, MCL_FUTURE, MCL_CURRENT | MCL_FUTURE, MCL_FUTURE | MCL_ONFAULT, MCL_CURRENT | MCL_ONFAULT,
	};
	struct process *process = &run->model.process[who];
	int flags = all[op->how % 5], error = 0;
	struct reply reply;

	if (run->uid) {
		size_t total = (size_t)observe_number_fd(run->crew.member[who].status, "VmSize") / 4;

		flags = flags & MCL_ONFAULT ? MCL_CURRENT | MCL_ONFAULT : MCL_CURRENT;
		if (process->limit != NO_LIMIT && total > process->limit)
			error = process->limit ? ENOMEM : EPERM;
	}
	TRY(call(run, who, error, &reply, "mlockall", SYS_mlockall, (uint64_t)flags, 0, 0, 0, 0, 0));
	if (error)
		return NULL;
	process->lock_future = flags & MCL_FUTURE;
	process->all_locked = true;
	if (flags & MCL_CURRENT)
		model_lock_plain(process, true);
	return NULL;
}

static const char *step_munlockall(struct run *run, const struct op *op, unsigned int who)
{
	struct process *process = &run->model.process[who];
	struct reply reply;

	(void)op;
	TRY(call(run, who, 0, &reply, "munlockall", SYS_munlockall, 0, 0, 0, 0, 0, 0));
	process->lock_future = false;
	process->all_locked = false;
	model_lock_plain(process, false);
	return NULL;
}

/* For a user; root knows no limit (C4). */
static const char *step_limit(struct run *run, const struct op *op, unsigned int who)
{
	static const size_t limits[] = { 0, 1, 16, 64, 600, 1024, 4096, NO_LIMIT };
	struct process *process = &run->model.process[who];
	struct rlimit limit = { RLIM_INFINITY, RLIM_INFINITY };

	process->limit = limits[op->how % 8];
	if (process->limit != NO_LIMIT)
		limit.rlim_cur = process->limit * PAGE;
	tell(run, "p%u: RLIMIT_MEMLOCK %ld pages", who, (long)process->limit);
	if (prlimit(run->crew.member[who].pid, RLIMIT_MEMLOCK, &limit, NULL))
		return fail("prlimit: %s", strerror(errno));
	return NULL;
}

/* ---- writing ---- */

#define MOST_STORED 64

static void new_stamps(struct run *run, struct part *part, uint64_t *stamp)
{
	size_t i;

	for (i = 0; i < part->pages; i++) {
		stamp[i] = new_stamp(run);
		part->segment->mem->stamp[part->segment->off + part->off + i] = stamp[i];
	}
}

static const char *step_store(struct run *run, const struct op *op, unsigned int who)
{
	struct slot *slot = crew_slot(&run->crew, who);
	struct reply reply;
	struct part part;

	if (!part_of(run, op, who, &part) || !(part.segment->prot & PROT_WRITE))
		return nothing_to_do(run);
	if (part.pages > MOST_STORED)
		part.pages = MOST_STORED;
	new_stamps(run, &part, slot->stamp);
	slot->command = (struct command){ .kind = DO_STORE, .arg = { part.start, part.pages } };
	tell(run, "p%u: store %zu pages at %#lx (m%u)", who, part.pages, part.start, part.segment->mem->number);
	TRY(crew_do(&run->crew, who, &reply));
	if (reply.signal)
		return fail("p%u: signal %d when %zu pages at %#lx were written", who, reply.signal, part.pages,
			    part.start);
	return check_region(run, who, part.start, part.pages, true);
}

/* C12: process_vm_writev() from outside, which may write what its owner may. */
static const char *step_poke(struct run *run, const struct op *op, unsigned int who)
{
	static _Thread_local char page[PAGE];
	struct iovec local = { page, PAGE }, remote;
	struct part part;
	uint64_t stamp = new_stamp(run);
	ssize_t n;

	if (!part_of(run, op, who, &part))
		return nothing_to_do(run);
	part.pages = 1;
	remote = (struct iovec){ (void *)part.start, PAGE };
	page_stamp(page, stamp);
	n = process_vm_writev(run->crew.member[who].pid, &local, 1, &remote, 1, 0);
	tell(run, "process_vm_writev(p%u, %#lx) = %zd %s", who, part.start, n, n < 0 ? error_name(errno) : "");
	if (part.segment->prot & PROT_WRITE) {
		if (n != (ssize_t)PAGE)
			return fail("C12: process_vm_writev to p%u at %#lx: %s", who, part.start,
				    n < 0 ? error_name(errno) : "short");
		part.segment->mem->stamp[part.segment->off + part.off] = stamp;
	} else if (n >= 0 || errno != EFAULT) {
		return fail("errno: process_vm_writev to p%u at %#lx: expected EFAULT, got %s", who, part.start,
			    n < 0 ? error_name(errno) : "success");
	}
	return check_region(run, who, part.start, 1, true);
}

/* ---- what others do to the memory (C10) ---- */

static const char *write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool good = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

	if (fd >= 0)
		close(fd);
	return good ? NULL : fail("%s: '%s' could not be written: %s", path, text, strerror(errno));
}

static const char *step_clear_refs(struct run *run, const struct op *op, unsigned int who)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/clear_refs", run->crew.member[who].pid);
	if (op->how % 4 && !run->kernel->soft_dirty)
		return nothing_to_do(run);
	tell(run, "p%u: clear_refs %s", who, op->how % 4 ? "4" : "1");
	return write_text(path, op->how % 4 ? "4" : "1");
}

static const char *step_compact(struct run *run, const struct op *op, unsigned int who)
{
	(void)op;
	(void)who;
	tell(run, "compact_memory");
	return write_text("/proc/sys/vm/compact_memory", "1");
}

static const char *step_move_pages(struct run *run, const struct op *op, unsigned int who)
{
	struct slot *slot = crew_slot(&run->crew, who);
	uint64_t *address = (uint64_t *)slot->scratch;
	int *node = (int *)(slot->scratch + 2048), *status = (int *)(slot->scratch + 4096);
	struct reply reply;
	struct part part;
	size_t i, n;

	if (!part_of(run, op, who, &part))
		return nothing_to_do(run);
	n = part.pages < 16 ? part.pages : 16;
	for (i = 0; i < n; i++) {
		address[i] = part.start + i * PAGE;
		node[i] = (int)(op->extra & 1);
		status[i] = 0;
	}
	TRY(crew_call(&run->crew, who, &reply, SYS_move_pages, 0, n, (uint64_t)address, (uint64_t)node,
		      (uint64_t)status, MPOL_MF_MOVE));
	tell(run, "p%u: move_pages(%zu at %#lx, node %u) = %ld %s", who, n, part.start, op->extra & 1, reply.value,
	     reply.error ? error_name(reply.error) : "");
	return check_region(run, who, part.start, part.pages, false);
}

static const char *step_mbind(struct run *run, const struct op *op, unsigned int who)
{
	struct slot *slot = crew_slot(&run->crew, who);
	uint64_t *nodes = (uint64_t *)slot->scratch;
	struct reply reply;
	struct part part;

	if (!part_of(run, op, who, &part))
		return nothing_to_do(run);
	*nodes = 1ul << (op->extra & 1);
	TRY(crew_call(&run->crew, who, &reply, SYS_mbind, part.start, part.pages * PAGE, MPOL_PREFERRED,
		      (uint64_t)nodes, 64, MPOL_MF_MOVE | (op->how & 1 ? MPOL_MF_STRICT : 0)));
	tell(run, "p%u: mbind(%#lx, %zu pages, node %u) = %ld %s", who, part.start, part.pages, op->extra & 1,
	     reply.value, reply.error ? error_name(reply.error) : "");
	TRY(call(run, who, 0, &reply, "mbind (DEFAULT)", SYS_mbind, part.start, part.pages * PAGE, MPOL_DEFAULT, 0, 0,
		 0));
	return check_region(run, who, part.start, part.pages, false);
}

static const char *step_msync(struct run *run, const struct op *op, unsigned int who)
{
	static const int all[] = { MS_ASYNC, MS_SYNC, MS_INVALIDATE | MS_SYNC, MS_INVALIDATE };
	int flags = all[op->how % 4], error = 0;
	struct reply reply;
	struct part part;

	if (!part_of(run, op, who, &part))
		return nothing_to_do(run);
	if (flags & MS_INVALIDATE && part.segment->locked)
		error = EBUSY;
	TRY(call(run, who, error, &reply, "msync", SYS_msync, part.start, part.pages * PAGE, (uint64_t)flags, 0, 0, 0));
	return check_region(run, who, part.start, part.pages, false);
}

/* ---- all of them ---- */

static const char *step_exit(struct run *run, const struct op *op, unsigned int who)
{
	(void)op;
	return alive(run) == 1 ? nothing_to_do(run) : end_process(run, who, false);
}

static const char *step_kill(struct run *run, const struct op *op, unsigned int who)
{
	(void)op;
	return alive(run) == 1 ? nothing_to_do(run) : end_process(run, who, true);
}

static const char *(*const steps[OP_KINDS])(struct run *run, const struct op *op, unsigned int who) = {
	[OP_MMAP] = step_mmap,
	[OP_MMAP_BAD] = step_mmap_bad,
	[OP_PLAIN] = step_plain,
	[OP_MUNMAP] = step_munmap,
	[OP_MREMAP] = step_mremap,
	[OP_MPROTECT] = step_mprotect,
	[OP_MADVISE] = step_madvise,
	[OP_FORK] = step_fork,
	[OP_EXIT] = step_exit,
	[OP_KILL] = step_kill,
	[OP_KILL_BUSY] = step_kill_busy,
	[OP_PIN] = step_pin,
	[OP_SPLICE] = step_splice,
	[OP_UNPIN] = step_unpin,
	[OP_DEVICE] = step_device,
	[OP_MLOCK] = step_mlock,
	[OP_MUNLOCK] = step_munlock,
	[OP_MLOCKALL] = step_mlockall,
	[OP_MUNLOCKALL] = step_munlockall,
	[OP_STORE] = step_store,
	[OP_POKE] = step_poke,
	[OP_CLEAR_REFS] = step_clear_refs,
	[OP_COMPACT] = step_compact,
	[OP_MOVE_PAGES] = step_move_pages,
	[OP_MBIND] = step_mbind,
	[OP_MSYNC] = step_msync,
	[OP_LIMIT] = step_limit,
};

const char *step(struct run *run, const struct op *op, unsigned int who)
{
	return steps[op->kind](run, op, who);
}

bool step_may_race(const struct run *run, const struct op *op)
{
	switch (op->kind) {
	case OP_EXIT:
	case OP_KILL:
	case OP_KILL_BUSY:
	case OP_STORE:
	case OP_POKE:
	case OP_DEVICE:
	case OP_UNPIN:
	case OP_COMPACT:
	case OP_CLEAR_REFS:
		/* They end processes, or write what another may map. */
		return false;
	default:
		/* One user's processes share an account. */
		return !run->uid;
	}
}
