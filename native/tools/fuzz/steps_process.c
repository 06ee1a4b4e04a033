// SPDX-License-Identifier: Apache-2.0
/* fork and the ends of processes. */
#include "steps.h"

#include <time.h>

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

const char *step_fork(struct run *run, const struct op *op, unsigned int who)
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
const char *step_kill_busy(struct run *run, const struct op *op, unsigned int who)
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

const char *step_exit(struct run *run, const struct op *op, unsigned int who)
{
	(void)op;
	return alive(run) == 1 ? nothing_to_do(run) : end_process(run, who, false);
}

const char *step_kill(struct run *run, const struct op *op, unsigned int who)
{
	(void)op;
	return alive(run) == 1 ? nothing_to_do(run) : end_process(run, who, true);
}
