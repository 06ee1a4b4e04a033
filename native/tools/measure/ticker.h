/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MEASURE_TICKER_H
#define MEASURE_TICKER_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Another thread of this process, which touches fresh memory each millisecond: it needs a page, and the address space unlocked. The
 * longest time between two of its ticks is what an allocation does to others.
 */
bool ticker_start(void);

/* Forgets what was; then the longest gap so far, in nanoseconds, also one that has not ended. */
void ticker_reset(void);
uint64_t ticker_longest(void);

#endif
