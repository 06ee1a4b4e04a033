/* SPDX-License-Identifier: Apache-2.0 */
#ifndef COST_LOOP_H
#define COST_LOOP_H

#include <stdbool.h>
#include <stddef.h>

/*
 * One thing that programs do, often enough to be some 100,000 instructions: few enough that most repetitions see no
 * timer interrupt. Each function returns false with errno if it could not be done. prepare may be NULL.
 */
struct loop {
	const char	*name;
	bool		(*prepare)(void);
	bool		(*body)(void);
	int		repetitions;	/* 0: the usual number */
};

extern const struct loop loops_of_memory[], loops_of_pages[], loops_of_processes[], loops_of_io[];

enum { LOOP_PAGE = 4096 };

/* Anonymous private memory; NULL with errno. */
void *loop_map(size_t pages, int flags);

/* Writes to each page. */
void loop_touch(void *p, size_t pages);

#endif
