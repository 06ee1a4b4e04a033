/* SPDX-License-Identifier: Apache-2.0 */
/* A program in execution. */
#ifndef FUZZ_RUN_H
#define FUZZ_RUN_H

#include <stdio.h>

#include "crew.h"
#include "model.h"
#include "program.h"

/* What this kernel is and has. */
struct kernel {
	bool counters;		/* /proc/vmstat has map_contig_pages: the kernel also knows what came with it */
	bool soft_dirty;
	bool huge;		/* transparent huge pages */
	bool advice[128];	/* madvise() values it knows */
	int plain_willneed;	/* what MADV_WILLNEED gives for ordinary memory: depends on swap */
	long reserve;		/* bytes, all nodes */
	uint64_t memory;	/* pages */
};

struct run {
	const struct kernel *kernel;
	const struct program *program;
	uid_t uid;
	struct model model;
	struct crew crew;
	struct {
		long reserve_free, contig_pages;
	} base;
	/* Ranges made since the last look at the reserve: nobody knows yet where they came from. */
	struct mem *fresh[2];
	unsigned int fresh_count;
	uint64_t stamps;
	size_t forgotten;	/* FUZZ_BREAK=vmlck */
	FILE *trace;		/* NULL, or where to tell what is done */
	size_t step;
	unsigned long done, skipped;
	bool racing;
};

/* Finds out; a failure means that nothing can be tested here. */
const char *kernel_learn(struct kernel *kernel);

/*
 * To be called before memory is measured: the C library keeps the stack and the heap of a thread that has ended for the
 * next one, and the first race would count as a leak of 8 MiB in Committed_AS.
 */
void race_prepare(void);

/*
 * Runs all of a program, in processes of its own. On failure *failed_step is the number of the operation that failed
 * (the program's length: the end).
 */
const char *run_program(const struct kernel *kernel, const struct program *program, FILE *trace, size_t *failed_step,
			unsigned long *done);

/* steps.c: one operation. NULL also if there was nothing to do it with (run->skipped counts). */
const char *step(struct run *run, const struct op *op, unsigned int who);

/* The process that @op is about, or MAX_PROCESSES. */
unsigned int step_process(const struct run *run, const struct op *op);

/* Another process may do something else at the same time, and the outcome is the same. */
bool step_may_race(const struct run *run, const struct op *op);

/* How long memory may take to come back: the end of a killed process is deferred. */
extern unsigned int check_settle_seconds;

/* check.c: is the kernel as the model says? */
const char *check_region(struct run *run, unsigned int who, uint64_t start, size_t pages, bool whole);
const char *check_locked(struct run *run, unsigned int who);
const char *check_totals(struct run *run);
const char *check_all(struct run *run);

/* A pagemap word as far as it is about a place in memory: present, and the PFN. */
#define PAGEMAP_PRESENT		(1ul << 63)
#define PAGEMAP_PFN(word)	((word) & ((1ul << 55) - 1))
const char *check_pagemap(struct run *run, unsigned int who, uint64_t start, size_t pages, uint64_t *words);

#endif
