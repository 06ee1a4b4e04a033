// SPDX-License-Identifier: Apache-2.0
#include <stdlib.h>

#include "samples.h"

void samples_add(struct samples *s, uint64_t value)
{
	if (s->count < sizeof(s->values) / sizeof(s->values[0]))
		s->values[s->count++] = value;
}

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

struct summary samples_summary(struct samples *s)
{
	struct summary result = { .count = s->count };

	if (!s->count)
		return result;
	qsort(s->values, s->count, sizeof(s->values[0]), compare);
	result.min = s->values[0];
	result.quartile = s->values[s->count / 4];
	result.median = s->values[s->count / 2];
	result.max = s->values[s->count - 1];
	return result;
}
