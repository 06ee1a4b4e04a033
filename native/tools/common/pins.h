/* SPDX-License-Identifier: Apache-2.0 */
#ifndef COMMON_PINS_H
#define COMMON_PINS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The page frames that 'fragment' has pinned, in ascending order: no file of the kernel tells which are. It hands them to the
 * command it runs as a file in memory, whose descriptor is in the environment.
 */
struct pins {
	const uint64_t	*pfns;
	size_t		count;
};

/* Of the fragment that runs this program; none where there is none. */
struct pins pins_inherited(void);

/* Sorts them and makes them what pins_inherited() finds here and in children. False with errno. */
bool pins_publish(uint64_t *pfns, size_t count);

#endif
