// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../common/state.h"
#include "blockers.h"

/* Pages of each class, pageblock by pageblock. */
struct block {
	uint16_t	pages[PAGE_CLASSES];
};

struct blocks {
	struct block	*blocks;
	size_t		count, size;
	bool		failed;
};

static void see(void *context, uint64_t pfn, enum page_class class)
{
	struct blocks *all = context;
	const size_t block = pfn / STATE_BLOCK_PAGES;

	if (all->failed)
		return;
	if (block >= all->size) {
		const size_t size = all->size ? 2 * all->size : 4096;
		struct block *larger = realloc(all->blocks, size * sizeof(*larger));

		if (!larger) {
			all->failed = true;
			return;
		}
		memset(larger + all->size, 0, (size - all->size) * sizeof(*larger));
		all->blocks = larger;
		all->size = size;
	}
	all->count = block + 1;
	all->blocks[block].pages[class]++;
}

static void add(uint64_t pages[PAGE_CLASSES], const struct block *block, int sign)
{
	for (int class = 0; class < PAGE_CLASSES; class++)
		pages[class] += (uint64_t)(sign * (int)block->pages[class]);
}

static uint64_t blocking(const uint64_t pages[PAGE_CLASSES])
{
	uint64_t sum = 0;

	for (int class = 0; class < PAGE_CLASSES; class++)
		sum += page_class_blocks((enum page_class)class) ? pages[class] : 0;
	return sum;
}

static uint64_t certain(const uint64_t pages[PAGE_CLASSES])
{
	return blocking(pages) - pages[PAGE_KERNEL];
}

/* A window of that many pageblocks moves over memory. */
static void slide(const struct blocks *all, size_t window, struct blockers *best)
{
	uint64_t pages[PAGE_CLASSES] = { 0 };

	for (size_t end = 0; end < all->count; end++) {
		add(pages, &all->blocks[end], 1);
		if (end >= window)
			add(pages, &all->blocks[end - window], -1);
		/* A hole in the address space is no memory that anything could be moved from */
		if (end + 1 < window || pages[PAGE_ABSENT])
			continue;
		if (certain(pages) < best->certain)
			best->certain = certain(pages);
		if (best->first == UINT64_MAX || blocking(pages) < best->blocking) {
			best->first = (end + 1 - window) * STATE_BLOCK_PAGES;
			best->blocking = blocking(pages);
			memcpy(best->pages, pages, sizeof(pages));
		}
	}
}

bool blockers_find(size_t bytes, struct blockers *blockers)
{
	const size_t block = (size_t)STATE_BLOCK_PAGES * STATE_PAGE;
	struct blocks all = { 0 };
	bool good = pageflags_scan(see, &all) && !all.failed;

	*blockers = (struct blockers){ .first = UINT64_MAX, .certain = UINT64_MAX };
	if (good)
		slide(&all, (bytes + block - 1) / block, blockers);
	else if (all.failed)
		errno = ENOMEM;
	free(all.blocks);
	return good;
}
