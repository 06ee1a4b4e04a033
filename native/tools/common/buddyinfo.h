/* SPDX-License-Identifier: Apache-2.0 */
#ifndef COMMON_BUDDYINFO_H
#define COMMON_BUDDYINFO_H

#include <stdbool.h>
#include <stdint.h>

/* The page allocator's free lists, of all zones together: blocks of 2^order pages. */
enum { BUDDY_ORDERS = 11 };

struct buddyinfo {
	uint64_t	blocks[BUDDY_ORDERS];
};

/* The text of /proc/buddyinfo; false if a line is not one of it, or there is none. */
bool buddyinfo_parse(const char *text, struct buddyinfo *info);

/* Of this machine; false with errno. */
bool buddyinfo_read(struct buddyinfo *info);

/* Pages in all lists. */
uint64_t buddyinfo_free(const struct buddyinfo *info);

/*
 * The share of free memory that lies in blocks too small for this order: 0 is none of it, 1 all. It is the
 * "unusable free space index" of the kernel's debugfs, in which 0.5 is 0.500. 0 where nothing is free.
 */
double buddyinfo_unusable(const struct buddyinfo *info, unsigned int order);

#endif
