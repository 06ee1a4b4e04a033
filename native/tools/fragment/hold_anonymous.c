// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <linux/io_uring.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "../common/pagemap.h"
#include "../common/pins.h"
#include "hold.h"

/* The most buffers that one ring takes. */
enum { PAGE = 4096, RING_BUFFERS = 16384 };

static char *memory;

static struct {
	struct iovec	*pieces;
	size_t		count, size;
	uint64_t	pages;
} marked;

/* Small pages only: what is given back shall be in pieces. */
bool hold_anonymous_reserve(uint64_t pages)
{
	memory = mmap(NULL, pages * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (memory == MAP_FAILED)
		return false;
	/* EINVAL: a kernel without transparent huge pages */
	return (!madvise(memory, pages * PAGE, MADV_NOHUGEPAGE) || errno == EINVAL) &&
	       !madvise(memory, pages * PAGE, MADV_DONTFORK);
}

bool hold_anonymous_take(uint64_t first, uint64_t pages)
{
	return !madvise(memory + first * PAGE, pages * PAGE, MADV_POPULATE_WRITE);
}

bool hold_anonymous_give_back(uint64_t first, uint64_t pages)
{
	return !madvise(memory + first * PAGE, pages * PAGE, MADV_DONTNEED);
}

bool hold_pin_mark(uint64_t first, uint64_t pages)
{
	if (marked.count == marked.size) {
		struct iovec *larger = realloc(marked.pieces, (marked.size = marked.size ? 2 * marked.size : 256) * sizeof(*larger));

		if (!larger)
			return false;
		marked.pieces = larger;
	}
	marked.pieces[marked.count++] = (struct iovec){ memory + first * PAGE, pages * PAGE };
	marked.pages += pages;
	return true;
}

/* The rings are never closed: they end with the process. */
static bool pin(const struct iovec *pieces, size_t count)
{
	struct io_uring_params params = { 0 };
	int ring = (int)syscall(SYS_io_uring_setup, 1, &params);

	return ring >= 0 && !syscall(SYS_io_uring_register, ring, IORING_REGISTER_BUFFERS, pieces, count);
}

static bool publish(void)
{
	uint64_t *pfns = malloc((marked.pages + 1) * sizeof(*pfns)), *next = pfns;
	bool good = pfns;

	for (size_t i = 0; good && i < marked.count; i++) {
		good = pagemap_pfns(marked.pieces[i].iov_base, marked.pieces[i].iov_len / PAGE, next);
		next += marked.pieces[i].iov_len / PAGE;
	}
	good = good && pins_publish(pfns, marked.pages);
	free(pfns);
	return good;
}

bool hold_pin_marked(void)
{
	for (size_t done = 0; done < marked.count; done += RING_BUFFERS) {
		size_t left = marked.count - done;

		if (!pin(marked.pieces + done, left < RING_BUFFERS ? left : RING_BUFFERS))
			return false;
	}
	return publish();
}
