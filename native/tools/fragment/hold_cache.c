// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "hold.h"
#include "sparse.h"

enum { PAGE = 4096, CHUNK = 64 * PAGE };

static int file = -1;

int sparse_open(const char *folder, uint64_t bytes)
{
	struct statfs about;
	int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	if (fd < 0)
		return -1;
	if (fstatfs(fd, &about) || ftruncate(fd, (off_t)bytes)) {
		close(fd);
		return -1;
	}
	/* The page cache of a file in memory is its only copy: it counts as anonymous, and holes are all one page */
	if (about.f_type == TMPFS_MAGIC) {
		close(fd);
		errno = ENOTSUP;
		return -1;
	}
	return fd;
}

bool sparse_read(int fd, uint64_t offset, uint64_t bytes)
{
	static char buffer[CHUNK];

	while (bytes) {
		ssize_t got = pread(fd, buffer, bytes < CHUNK ? bytes : CHUNK, (off_t)offset);

		if (got <= 0) {
			errno = got ? errno : EIO;
			return false;
		}
		offset += (uint64_t)got;
		bytes -= (uint64_t)got;
	}
	return true;
}

bool hold_cache_open(const char *folder)
{
	file = sparse_open(folder, (uint64_t)1 << 40);
	/* Without reading ahead: as much as was asked for, in that order */
	return file >= 0 && !posix_fadvise(file, 0, 0, POSIX_FADV_RANDOM);
}

bool hold_cache_take(uint64_t pages)
{
	static uint64_t at;
	const uint64_t from = at;

	at += pages * PAGE;
	return sparse_read(file, from, pages * PAGE);
}
