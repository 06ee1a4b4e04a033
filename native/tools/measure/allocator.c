// SPDX-License-Identifier: Apache-2.0
#include <sys/mman.h>
#include <unistd.h>

#include "../common/pagemap.h"
#include "allocator.h"

enum { PAGE = 4096 };

const struct allocator * const allocators[] = {
	&packet_ring, &transparent_huge_page, &hugetlb, &dma_heap, &contig_buddy, &contig_reserve, &contig_search, NULL,
};

bool prove_by_pagemap(struct piece *piece)
{
	uint64_t first;
	int answer = pagemap_contiguous(piece->address, piece->bytes / PAGE, &first);

	piece->proof = PROOF_PAGEMAP;
	piece->contiguous = answer == 1;
	return answer >= 0;
}

bool nothing_to_begin(void)
{
	return true;
}

void nothing_to_end(void)
{
}

uint64_t no_capacity(void)
{
	return 0;
}

void release_mapping(struct piece *piece)
{
	munmap(piece->address, piece->bytes);
	if (piece->fd >= 0)
		close(piece->fd);
}
