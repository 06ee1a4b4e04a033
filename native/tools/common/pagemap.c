// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "pagemap.h"

#define PRESENT	(1ull << 63)
#define PFN	((1ull << 55) - 1)

enum { PAGE = 4096, CHUNK = 4096 };

/* Kept open: it is this process's for good. */
static int pagemap(void)
{
	static int fd = -1;

	if (fd < 0)
		fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	return fd;
}

bool pagemap_pfns(const void *address, size_t pages, uint64_t *pfns)
{
	const off_t start = (off_t)((uintptr_t)address / PAGE * sizeof(*pfns));
	const size_t bytes = pages * sizeof(*pfns);

	for (size_t done = 0; done < bytes;) {
		ssize_t got = pread(pagemap(), (char *)pfns + done, bytes - done, start + (off_t)done);

		if (got <= 0) {
			errno = got ? errno : EFAULT;
			return false;
		}
		done += (size_t)got;
	}
	for (size_t i = 0; i < pages; i++) {
		if (!(pfns[i] & PRESENT) || !(pfns[i] & PFN)) {
			errno = pfns[i] & PRESENT ? EPERM : EFAULT;
			return false;
		}
		pfns[i] &= PFN;
	}
	return true;
}

int pagemap_contiguous(const void *address, size_t pages, uint64_t *first)
{
	static uint64_t pfns[CHUNK];

	for (size_t done = 0; done < pages; done += CHUNK) {
		const size_t count = pages - done < CHUNK ? pages - done : CHUNK;

		if (!pagemap_pfns((const char *)address + done * PAGE, count, pfns))
			return -1;
		if (!done)
			*first = pfns[0];
		for (size_t i = 0; i < count; i++) {
			if (pfns[i] != *first + done + i)
				return 0;
		}
	}
	return 1;
}
