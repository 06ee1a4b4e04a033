/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MEASURE_ALLOCATOR_H
#define MEASURE_ALLOCATOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How it is known that what came is contiguous. */
enum proof {
	PROOF_NONE,
	PROOF_PAGEMAP,		/* the page frames of all pages, from /proc/self/pagemap */
	PROOF_CMA_COUNTER,	/* the area counts pages that it has handed out as one range; the mapping hides them from pagemap */
};

/* A piece that an allocator gave. */
struct piece {
	size_t		bytes;
	void		*address;
	int		fd;		/* -1: none */
	uint64_t	allocate_ns;	/* until there is memory */
	uint64_t	mapped_ns;	/* until each page of it is mapped, which is the same for most */
	const char	*source;	/* the allocator that served in the end, or "" */
	enum proof	proof;
	bool		contiguous;
};

struct allocator {
	const char	*name;

	/* Whether success means contiguous memory: if it is not, the kernel, or this program, lies. */
	bool		promises;

	/* NULL if it can be asked for that size here, else why not. */
	const char	*(*refuses)(size_t bytes);

	/* Bytes that it can have in all, of which half is used; 0: an eighth of free memory. */
	uint64_t	(*capacity)(void);

	/* Before and after all attempts of one turn. False with errno. */
	bool		(*begin)(void);
	void		(*end)(void);

	/* False with errno, and with allocate_ns. piece->bytes is set. */
	bool		(*allocate)(struct piece *piece);
	void		(*release)(struct piece *piece);
};

extern const struct allocator packet_ring, transparent_huge_page, hugetlb, dma_heap, contig_buddy, contig_reserve, contig_search;

/* All of them, the last one NULL. */
extern const struct allocator * const allocators[];

/* Takes what is in /proc/self/pagemap as the proof; false with errno where it can not be read. */
bool prove_by_pagemap(struct piece *piece);

/* For an allocator that needs nothing before or after. */
bool nothing_to_begin(void);
void nothing_to_end(void);
uint64_t no_capacity(void);
void release_mapping(struct piece *piece);

#endif
