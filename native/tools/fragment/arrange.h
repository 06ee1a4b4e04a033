/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FRAGMENT_ARRANGE_H
#define FRAGMENT_ARRANGE_H

#include <stdbool.h>
#include <stdint.h>

#include "plan.h"

/* What memory shall look like; shares are of all memory (MemTotal). */
struct target {
	double		free, unmovable, cache;
	unsigned int	weights[PIECE_KINDS];	/* of the unmovable kinds among each other */
	uint64_t	grain;			/* bytes: the largest piece */
	uint64_t	seed;
	const char	*folder;		/* for the files behind page cache */
	bool		progress;
};

/*
 * Takes memory in pieces of all kinds, in the order that the seed gives, until hardly any is left, and gives back pieces of
 * anonymous memory until as much as asked for is free. False after saying on stderr what could not be done.
 */
bool arrange(const struct target *target);

/* The same amounts with other holes: takes back what was given back, and gives back other pieces. */
bool arrange_again(const struct target *target);

#endif
