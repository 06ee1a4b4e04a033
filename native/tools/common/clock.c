// SPDX-License-Identifier: Apache-2.0
#include <time.h>

#include "clock.h"

uint64_t clock_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

double clock_per_1000_instructions(void)
{
	const uint64_t rounds = 20000000;	/* long enough for some ten timer interrupts */
	uint64_t left = rounds;
	uint64_t start = clock_now();

	__asm__ volatile("1: dec %0; jnz 1b" : "+r"(left) : : "cc");
	return 1000.0 * (double)(clock_now() - start) / (double)(2 * rounds);
}

bool clock_counts_instructions(void)
{
	static int answer = -1;

	if (answer < 0) {
		double thousand = clock_per_1000_instructions();

		answer = thousand > 999 && thousand < 1020;
	}
	return answer;
}
