/* SPDX-License-Identifier: Apache-2.0 */
#ifndef COST_WAYS_H
#define COST_WAYS_H

#include <stdbool.h>
#include <stddef.h>

#include "mapcontig.h"

/* A way to populated memory. */
struct way {
	const char	*name;
	int		flags;		/* beside MAP_PRIVATE and MAP_ANONYMOUS */
	const char	*thp;		/* transparent_hugepage/enabled meanwhile */
	size_t		smallest, largest;	/* for which there is something to measure */
	const char	*(*prepare)(size_t bytes);	/* NULL, or why it can not be measured */
	const char	*(*check)(size_t bytes);	/* with one mapping: NULL, or how it came about in fact */
	void		(*finish)(void);
	void		*(*map)(size_t bytes);	/* MAP_FAILED with errno; NULL: by mmap with the flags */
};

extern const struct way ways[];
extern const size_t ways_count;

/* Populated memory, to be given back by munmap; MAP_FAILED with errno. Between prepare and finish of that way. */
void *way_map(const struct way *way, size_t bytes);

/* Whether the kernel knows the flag: others ignore it, so that there would be something else to measure. */
bool map_contig_known(void);

#endif
