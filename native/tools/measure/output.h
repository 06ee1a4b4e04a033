/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MEASURE_OUTPUT_H
#define MEASURE_OUTPUT_H

#include <stdbool.h>
#include <stdint.h>

#include "../common/state.h"
#include "allocator.h"
#include "blockers.h"
#include "samples.h"

enum outcome {
	OUTCOME_OK,
	OUTCOME_SCATTERED,	/* memory came, in pieces, and nobody had promised otherwise */
	OUTCOME_FAILED,
	OUTCOME_LIE,		/* contiguous memory was promised, and is not */
};

/* What is known of one allocator and size in one state. */
struct cell {
	const struct allocator	*allocator;
	size_t			bytes;
	const char		*left_out;	/* the reason, if it was not measured */
	uint64_t		attempts, outcomes[OUTCOME_LIE + 1], oom_kills;
	/* nanoseconds */
	struct samples		allocate, mapped, failed, stall;
	struct samples		memset, memset_stall;
};

/* One attempt; allocator NULL: a memset of that size. */
struct attempt {
	const struct allocator	*allocator;
	unsigned int		arrangement, number;
	enum outcome		outcome;
	int			error;
	uint64_t		stall_ns, oom_kills;
};

/*
 * Files in that folder, to which is added if they are there: attempts.csv, states.csv, blockers.csv, summary.csv. state is the first
 * column of all. False with errno.
 */
bool output_open(const char *folder, const char *state, uint64_t seed);

void output_state(unsigned int arrangement, size_t bytes, const struct state *state);
void output_attempt(const struct attempt *attempt, const struct piece *piece);
/* Of an attempt at so many bytes that failed. */
void output_blockers(const struct attempt *attempt, size_t bytes, const struct blockers *blockers);
void output_summary(struct cell *cell);

/* For people, on stderr. */
void output_progress(const struct cell *cell, unsigned int arrangement);

/* False with errno if something could not be written. */
bool output_close(void);

#endif
