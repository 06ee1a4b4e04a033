/* SPDX-License-Identifier: Apache-2.0 */
#ifndef COMMON_PAGEFLAGS_H
#define COMMON_PAGEFLAGS_H

#include <stdbool.h>
#include <stdint.h>

/* What a page frame is used for, as far as /proc/kpageflags tells. */
enum page_class {
	PAGE_FREE,		/* in the page allocator's lists */
	PAGE_MOVABLE,		/* on an LRU, or anonymous: can be moved unless somebody has it pinned, which flags do not tell */
	PAGE_PINNED,		/* one of those that 'fragment' has pinned */
	PAGE_UNEVICTABLE,	/* mlocked memory, or a MAP_CONTIG range */
	PAGE_HUGETLB,
	PAGE_SLAB,
	PAGE_TABLE,
	PAGE_KERNEL,		/* no flag: the kernel's own (pipes, stacks, vmalloc), or free on a list of a CPU */
	PAGE_RESERVED,		/* never was the page allocator's */
	PAGE_ABSENT,		/* no memory at that address */
	PAGE_CLASSES
};

extern const char * const page_class_names[PAGE_CLASSES];

/* By the flags of /proc/kpageflags; PAGE_PINNED is none of them. */
enum page_class pageflags_class(uint64_t flags);

/* Whether no contiguous range can be made where such a page is; what is pinned can not be told apart elsewhere. */
bool page_class_blocks(enum page_class class);

/*
 * Calls see for each page frame from 0 on, in order. Pages pinned by a 'fragment' that runs this program are told apart.
 * False with errno if the files can not be read (root can).
 */
bool pageflags_scan(void (*see)(void *context, uint64_t pfn, enum page_class class), void *context);

#endif
