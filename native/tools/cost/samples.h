/* SPDX-License-Identifier: Apache-2.0 */
#ifndef COST_SAMPLES_H
#define COST_SAMPLES_H

#include <stddef.h>
#include <stdint.h>

/* The repetitions of one measurement. */
struct samples {
	uint64_t	values[512];
	size_t		count;
};

/* One more; beyond the capacity they are dropped. */
void samples_add(struct samples *s, uint64_t value);

struct summary {
	uint64_t	min, quartile, median, max;	/* quartile: the lower one */
	size_t		count;
};

/* Sorts the samples. All 0 if there is none. */
struct summary samples_summary(struct samples *s);

#endif
