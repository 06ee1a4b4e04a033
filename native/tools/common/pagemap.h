/* SPDX-License-Identifier: Apache-2.0 */
#ifndef COMMON_PAGEMAP_H
#define COMMON_PAGEMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The page frames behind pages of this process, from /proc/self/pagemap. False with errno: EPERM where page frame numbers
 * are hidden (CAP_SYS_ADMIN shows them), EFAULT where a page is not present.
 */
bool pagemap_pfns(const void *address, size_t pages, uint64_t *pfns);

/* Whether the pages at address are page frames that follow each other; first gets the first of them. -1 with errno as above. */
int pagemap_contiguous(const void *address, size_t pages, uint64_t *first);

#endif
