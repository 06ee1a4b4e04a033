/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MEASURE_BLOCKERS_H
#define MEASURE_BLOCKERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../common/pageflags.h"

/*
 * Why no contiguous range of a size was found: of all ranges of that size, at the alignment of pageblocks, the one with the fewest
 * pages that can not be moved, and what they are. Ends of zones are not looked at.
 *
 * Free pages on the lists of a CPU can not be told from the kernel's own: neither has a flag. So whether there was a range is another
 * question, whose answer leaves both out.
 */
struct blockers {
	uint64_t	first;			/* page frame; where there is no such range, UINT64_MAX */
	uint64_t	pages[PAGE_CLASSES];	/* in it */
	uint64_t	blocking;		/* of them those that can not be moved: 0 means that moving failed, or had no room */
	uint64_t	certain;		/* every range has at least so many that are neither free nor movable; UINT64_MAX as above */
};

/* False with errno. */
bool blockers_find(size_t bytes, struct blockers *blockers);

#endif
