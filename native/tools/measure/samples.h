/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MEASURE_SAMPLES_H
#define MEASURE_SAMPLES_H

#include <stddef.h>
#include <stdint.h>

struct samples {
	uint64_t	*values;
	size_t		count, size;
};

/* Ends the program where there is no memory. */
void samples_add(struct samples *samples, uint64_t value);

/*
 * The smallest value that at least so many per mille of all are not above (nearest rank): 500 is the median, 1000 the
 * maximum. 0 of nothing. Sorts them.
 */
uint64_t samples_per_mille(struct samples *samples, unsigned int per_mille);

void samples_free(struct samples *samples);

/*
 * The lower end of the 95 % confidence interval of a rate (Wilson's): what can be said of the true rate after so many successes
 * of so many attempts. 0 of nothing.
 */
double rate_at_least(uint64_t successes, uint64_t attempts);

#endif
