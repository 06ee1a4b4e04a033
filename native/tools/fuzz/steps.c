// SPDX-License-Identifier: Apache-2.0
/* Which operation is done how, and what they have in common. */
#include "steps.h"

#include <stdarg.h>
#include <stdio.h>

#include "observe.h"

/* Together the ranges stay far below the reserve, so that a refusal is never for want of memory. */
#define MOST_HELD	(96ul << 20 >> 12)
#define FEW_PAGES	16ul

void tell(struct run *run, const char *format, ...)
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

const char *nothing_to_do(struct run *run)
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

struct segment *segment_at(struct process *process, uint64_t addr)
{
	unsigned int i;

	for (i = 0; i < process->count; i++) {
		if (process->segment[i].start <= addr && addr < segment_end(&process->segment[i]))
			return &process->segment[i];
	}
	return NULL;
}

bool part_of(struct run *run, const struct op *op, unsigned int who, struct part *part)
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

void extend(const struct op *op, struct part *part)
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

void cut(struct part *part)
{
	model_split(part->process, part->start);
	model_split(part->process, part->start + part->pages * PAGE);
	part->segment = segment_at(part->process, part->start);
}

const char *call(struct run *run, unsigned int who, int expected, struct reply *reply, const char *what,
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

uint64_t new_stamp(struct run *run)
{
	uint64_t z = ++run->stamps * 0x9e3779b97f4a7c15u;

	return (z ^ z >> 31) | 1;
}

size_t locked_now(struct run *run, unsigned int who)
{
	return (size_t)observe_number_fd(run->crew.member[who].status, "VmLck") / 4;
}

static const int protections[] = { PROT_READ | PROT_WRITE, PROT_READ | PROT_WRITE, PROT_READ, PROT_NONE };

int protection(const struct op *op)
{
	return protections[op->prot % 4];
}

size_t zone_room(const struct op *op)
{
	return ZONE_PAGES - op->at % ZONE_PAGES;
}

uint64_t zone_address(const struct op *op)
{
	return ZONE + op->at % ZONE_PAGES * PAGE;
}

int limit_error(struct run *run, unsigned int who, size_t pages, bool charge)
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

size_t affordable(struct run *run, size_t pages)
{
	if (pages > STAMPS)
		pages = STAMPS;
	if (run->model.held + pages > MOST_HELD)
		pages = 1 + pages % FEW_PAGES;
	if (run->kernel->reserve < 2 * (long)(MOST_HELD * PAGE) && pages > BUDDY_PAGES)
		pages = BUDDY_PAGES;
	return pages;
}

static step_function *const steps[OP_KINDS] = {
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
