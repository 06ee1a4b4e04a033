// SPDX-License-Identifier: Apache-2.0
/* I/O from and to memory of user space: by copy, by pipe, direct. */
#include <errno.h>
#include <fcntl.h>
#include <linux/loop.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

#include "loop.h"

enum { PAGES = 16, BYTES = PAGES * LOOP_PAGE };

/*
 * In one huge page: whether pages that were allocated one by one are neighbours is another thing in each boot, and decides how
 * many segments an I/O has.
 */
static char *memory;
static int ends[2], file = -1, null = -1, disk = -1;

static char *map_huge(void)
{
	enum { HUGE = 2 << 20 };
	char *p = loop_map(2 * HUGE / LOOP_PAGE, 0);

	if (!p)
		return NULL;
	p = (char *)(((uintptr_t)p + HUGE - 1) / HUGE * HUGE);
	if (madvise(p, HUGE, MADV_HUGEPAGE))
		return NULL;
	loop_touch(p, PAGES);
	return p;
}

static bool prepare_memory(void)
{
	if (!memory)
		memory = map_huge();
	if (file < 0)
		file = memfd_create("io", MFD_CLOEXEC);
	return memory && file >= 0 && !ftruncate(file, 16 * BYTES);
}

static bool read_write(void)
{
	for (int i = 0; i < 4; i++) {
		if (pwrite(file, memory, BYTES, 0) != BYTES || pread(file, memory, BYTES, 0) != BYTES)
			return false;
	}
	return true;
}

static bool prepare_pipe(void)
{
	null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	return null >= 0 && prepare_memory() && !pipe2(ends, O_CLOEXEC);
}

static bool pipe_vmsplice(void)
{
	struct iovec pages = { memory, BYTES };

	for (int i = 0; i < 10; i++) {
		if (vmsplice(ends[1], &pages, 1, 0) != BYTES || splice(ends[0], NULL, null, NULL, BYTES, 0) != BYTES)
			return false;
	}
	return true;
}

static bool pipe_splice(void)
{
	for (int i = 0; i < 10; i++) {
		off64_t at = 0;

		if (splice(file, &at, ends[1], NULL, BYTES, 0) != BYTES || splice(ends[0], NULL, null, NULL, BYTES, 0) != BYTES)
			return false;
	}
	return true;
}

/* A loop device on a file in memory: a disk of the host would have the guest wait. */
static bool prepare_disk(void)
{
	int control = open("/dev/loop-control", O_RDWR | O_CLOEXEC), number;
	char path[32];

	if (control < 0 || !prepare_memory())
		return false;
	number = ioctl(control, LOOP_CTL_GET_FREE);
	close(control);
	snprintf(path, sizeof(path), "/dev/loop%d", number);
	disk = open(path, O_RDWR | O_DIRECT | O_CLOEXEC);
	return disk >= 0 && !ioctl(disk, LOOP_SET_FD, file);
}

static bool direct_io(void)
{
	for (int i = 0; i < 2; i++) {
		if (pwrite(disk, memory, BYTES, 0) != BYTES || pread(disk, memory, BYTES, 0) != BYTES)
			return false;
	}
	return true;
}

const struct loop loops_of_io[] = {
	{ "read and write", prepare_memory, read_write, 0 },
	{ "vmsplice and splice", prepare_pipe, pipe_vmsplice, 0 },
	{ "splice of a file", prepare_pipe, pipe_splice, 0 },
	{ "O_DIRECT", prepare_disk, direct_io, 0 },
	{ NULL, NULL, NULL, 0 }
};
