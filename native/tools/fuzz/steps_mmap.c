// SPDX-License-Identifier: Apache-2.0
/* mmap: ranges, what is refused, and ordinary neighbours. */
#include "steps.h"

#include <time.h>

#include "broken.h"
#include "observe.h"

#ifndef MAP_DROPPABLE
#define MAP_DROPPABLE		0x08
#endif
#define MAP_HUGE(shift)		((shift) << 26)

#define SOON_SECONDS		5	/* a charge may end a little after the process that had it */

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
const char *step_mmap(struct run *run, const struct op *op, unsigned int who)
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
const char *step_mmap_bad(struct run *run, const struct op *op, unsigned int who)
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
const char *step_plain(struct run *run, const struct op *op, unsigned int who)
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
