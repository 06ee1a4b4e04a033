/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FRAGMENT_HOLD_H
#define FRAGMENT_HOLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Memory that this process holds, piece by piece, each kind by a means of its own. It all goes away with the process.
 * What fails returns false with errno, and holds as much as it got.
 */

/* Anonymous memory of so many pages, of which none is there yet; children do not get it. */
bool hold_anonymous_reserve(uint64_t pages);
bool hold_anonymous_take(uint64_t first, uint64_t pages);
bool hold_anonymous_give_back(uint64_t first, uint64_t pages);

/*
 * Marks a part that was taken as one to pin; hold_pin_marked() pins them all, for long, by io_uring, and publishes which page
 * frames they are. From then on they stay where they are.
 */
bool hold_pin_mark(uint64_t first, uint64_t pages);
bool hold_pin_marked(void);

/* Page cache of a file without blocks in that folder, which nobody but this process sees. */
bool hold_cache_open(const char *folder);
bool hold_cache_take(uint64_t pages);

/* Page tables: each of them maps one page of zeros. */
bool hold_tables_take(uint64_t pages);

/* Objects of 4 KiB each in the kernel's slabs: messages that nobody receives. */
bool hold_slab_take(uint64_t pages);

/* Pages of the kernel: full pipes that nobody reads. */
bool hold_pipe_take(uint64_t pages);

#endif
