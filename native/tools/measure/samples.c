// SPDX-License-Identifier: Apache-2.0
#include <stdio.h>
#include <stdlib.h>

#include "samples.h"

void samples_add(struct samples *samples, uint64_t value)
{
	if (samples->count == samples->size) {
		samples->size = samples->size ? 2 * samples->size : 64;
		samples->values = realloc(samples->values, samples->size * sizeof(*samples->values));
		if (!samples->values) {
			perror("measure");
			exit(1);
		}
	}
	samples->values[samples->count++] = value;
}

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

uint64_t samples_per_mille(struct samples *samples, unsigned int per_mille)
{
	size_t rank;

	if (!samples->count)
		return 0;
	qsort(samples->values, samples->count, sizeof(*samples->values), compare);
	rank = (samples->count * per_mille + 999) / 1000;
	return samples->values[rank ? rank - 1 : 0];
}

void samples_free(struct samples *samples)
{
	free(samples->values);
	*samples = (struct samples){ 0 };
}

/* By bisection, so that no library of mathematics is needed for one square root. */
static double root(double x)
{
	double low = 0, high = x > 1 ? x : 1;

	for (int i = 0; i < 100; i++) {
		double middle = (low + high) / 2;

		if (middle * middle > x)
			high = middle;
		else
			low = middle;
	}
	return low;
}

double rate_at_least(uint64_t successes, uint64_t attempts)
{
	const double z = 1.959964, n = (double)attempts, p = attempts ? (double)successes / n : 0;
	double rate;

	if (!attempts)
		return 0;
	rate = (p + z * z / (2 * n) - z * root(p * (1 - p) / n + z * z / (4 * n * n))) / (1 + z * z / n);
	return rate > 0 ? rate : 0;
}
