/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A worker: a process that does one command at a time, told by and answered in memory that it shares with the
 * controller. Its own memory is of no interest; what it maps on command is.
 */
#ifndef FUZZ_WORKER_H
#define FUZZ_WORKER_H

#include <linux/io_uring.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "model.h"

enum command_kind {
	DO_CALL,	/* the system call number with the arguments arg */
	DO_STORE,	/* stamp arg[1] pages at arg[0] with slot.stamp */
	DO_VERIFY,	/* compare arg[1] pages at arg[0] with slot.stamp; arg[2]: every byte */
	DO_FORK,	/* become two; the child takes slot arg[0] */
	DO_DEVICE,	/* let the pinned page at arg[1] be filled by ring arg[0] with stamp arg[2] */
	DO_EXIT,
};

struct command {
	enum command_kind kind;
	long number;
	uint64_t arg[6];
};

struct reply {
	long value;
	int error;
	int signal;		/* the command ended with this fault */
	struct {		/* DO_VERIFY, when value is not 0 */
		size_t page, word;
		uint64_t expected, found;
	} bad;
};

#define STAMPS	2048

struct slot {
	struct command command;
	struct reply reply;
	uint64_t stamp[STAMPS];
	struct io_uring_params ring[MAX_PINS];
	_Alignas(4096) char scratch[2 * 4096];	/* for the arguments of system calls */
};

struct arena {
	struct slot slot[MAX_PROCESSES];
	int go[MAX_PROCESSES], done[MAX_PROCESSES];	/* eventfds */
	pid_t controller;
};

/* What a worker ends with that should not have ended. */
enum { ENDED_ORPHAN = 10, ENDED_NO_COMMAND, ENDED_NO_REPLY, ENDED_BY_FAULT };

/* Never returns. */
_Noreturn void worker_main(struct arena *arena, unsigned int number);

/* A page as it is when stamped: a word at each end, the rest zero. */
void page_stamp(void *page, uint64_t stamp);

/* Is this page as stamped? Looks at all of it, or at its two ends. Tells the first word that differs. */
bool page_is(const void *page, uint64_t stamp, bool whole, struct reply *reply);

#endif
