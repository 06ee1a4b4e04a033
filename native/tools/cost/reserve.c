// SPDX-License-Identifier: Apache-2.0
#include <stddef.h>
#include <sys/mman.h>

#include "reserve.h"
#include "ways.h"
#include "../common/settings.h"

enum { PIECES = 64, SMALLEST = 6 << 20, STEP = 2 << 20 };

static struct {
	void	*address;
	size_t	bytes;
} pieces[PIECES];
static int count;

static void *take(size_t bytes)
{
	return mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_CONTIG, -1, 0);
}

/* Never more than is free, so that it is not the search that serves; halved when the rest is in pieces. */
void reserve_use_up(void)
{
	size_t bytes = setting_reserve_free() / STEP * STEP;

	while (bytes >= SMALLEST && count < PIECES) {
		uint64_t before = setting_reserve_free();
		void *p = take(bytes);

		if (p != MAP_FAILED && before - setting_reserve_free() == bytes) {
			pieces[count].address = p;
			pieces[count++].bytes = bytes;
			bytes = setting_reserve_free() / STEP * STEP;
			continue;
		}
		if (p != MAP_FAILED)
			munmap(p, bytes);
		bytes = bytes / 2 / STEP * STEP;
	}
}

void reserve_give_back(void)
{
	while (count > 0) {
		count--;
		munmap(pieces[count].address, pieces[count].bytes);
	}
}
