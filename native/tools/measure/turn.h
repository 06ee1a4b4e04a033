/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MEASURE_TURN_H
#define MEASURE_TURN_H

#include <stdbool.h>

#include "output.h"

/* Gets memory for the memset that all is compared with, and starts the ticker. False with errno. */
bool turn_prepare(void);

/*
 * One allocator and size in one arrangement of memory: attempts, each followed by a memset of the same size, keeping all that
 * comes until the share of memory that this may take is held; then all of it is given back. So many times, but without a further
 * attempt after that time of clock_now(). False, after saying why on stderr, if it could not be measured; a lie is not that.
 */
bool turn(struct cell *cell, unsigned int arrangement, unsigned int times, uint64_t until);

#endif
