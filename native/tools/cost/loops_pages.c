// SPDX-License-Identifier: Apache-2.0
/* What happens to pages under a mapping: pins of all kinds, migration, compaction, collapse. */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "loop.h"
#include "../common/settings.h"

enum { PAGES = 64, BYTES = PAGES * LOOP_PAGE };

static char *source, *target;

static bool prepare_pair(void)
{
	source = loop_map(PAGES, MAP_POPULATE);
	target = loop_map(PAGES, MAP_POPULATE);
	return source && target;
}

/* get_user_pages() of another process, which may be one's own */
static bool vm_read(void)
{
	struct iovec local = { target, BYTES }, remote = { source, BYTES };

	return process_vm_readv(getpid(), &local, 1, &remote, 1, 0) == BYTES;
}

static bool vm_write(void)
{
	struct iovec local = { source, BYTES }, remote = { target, BYTES };

	return process_vm_writev(getpid(), &local, 1, &remote, 1, 0) == BYTES;
}

/* --- pins, by the kernel's gup_test */

struct gup_test {
	uint64_t	get_usec, put_usec, address, size;
	uint32_t	pages_per_call, gup_flags, test_flags, which_pages[8];
};

#define GUP_FAST	_IOWR('g', 1, struct gup_test)
#define PIN_FAST	_IOWR('g', 2, struct gup_test)
#define PIN_LONGTERM	_IOWR('g', 3, struct gup_test)

static int gup = -1;

static bool prepare_gup(void)
{
	if (gup < 0)
		gup = open("/sys/kernel/debug/gup_test", O_RDWR | O_CLOEXEC);
	return gup >= 0 && prepare_pair();
}

static bool pin(unsigned long how)
{
	struct gup_test test = { .address = (uintptr_t)source, .size = BYTES, .pages_per_call = PAGES, .gup_flags = 1 };

	for (int i = 0; i < 10; i++) {
		if (ioctl(gup, how, &test))
			return false;
	}
	return true;
}

static bool gup_fast(void)
{
	return pin(GUP_FAST);
}

static bool pin_fast(void)
{
	return pin(PIN_FAST);
}

static bool pin_longterm(void)
{
	return pin(PIN_LONGTERM);
}

/* --- migration, between nodes (numa=fake=2 on the kernel's command line makes two) */

static bool migrate_to(int node)
{
	void *pages[PAGES];
	int nodes[PAGES], status[PAGES];

	for (int i = 0; i < PAGES; i++) {
		pages[i] = source + i * LOOP_PAGE;
		nodes[i] = node;
	}
	if (syscall(SYS_move_pages, 0, PAGES, pages, nodes, status, 2 /* MPOL_MF_MOVE */))
		return false;
	if (status[0] != node)
		errno = ENODEV;
	return status[0] == node;
}

static bool migrate(void)
{
	return migrate_to(1) && migrate_to(0);
}

static bool bind_to(unsigned long node)
{
	unsigned long mask = 1ul << node;

	return !syscall(SYS_mbind, source, BYTES, 2 /* MPOL_BIND */, &mask, 64, 1 << 1 /* MPOL_MF_MOVE */);
}

static bool bind(void)
{
	return bind_to(1) && bind_to(0);
}

/* --- compaction */

/* Every second page is given back, so that there is something to move. */
static bool compact(void)
{
	enum { MANY = 1024 };
	char *p = loop_map(MANY, 0);

	if (!p || madvise(p, MANY * LOOP_PAGE, MADV_NOHUGEPAGE))
		return false;
	loop_touch(p, MANY);
	for (int i = 0; i < MANY; i += 2)
		madvise(p + i * LOOP_PAGE, LOOP_PAGE, MADV_DONTNEED);
	return setting_write("/proc/sys/vm/compact_memory", "1") && !munmap(p, MANY * LOOP_PAGE);
}

#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25
#endif

static bool collapse(void)
{
	enum { HUGE_PAGES = 512, HUGE = HUGE_PAGES * LOOP_PAGE };
	char *p = loop_map(2 * HUGE_PAGES, 0), *aligned;

	if (!p)
		return false;
	aligned = (char *)(((uintptr_t)p + HUGE - 1) / HUGE * HUGE);
	loop_touch(aligned, HUGE_PAGES);
	return !madvise(aligned, HUGE, MADV_COLLAPSE) && !munmap(p, 2 * HUGE);
}

const struct loop loops_of_pages[] = {
	{ "process_vm_readv", prepare_pair, vm_read, 0 },
	{ "process_vm_writev", prepare_pair, vm_write, 0 },
	{ "get_user_pages_fast", prepare_gup, gup_fast, 0 },
	{ "pin_user_pages_fast", prepare_gup, pin_fast, 0 },
	{ "pin_user_pages, long-term", prepare_gup, pin_longterm, 0 },
	{ "move_pages", prepare_pair, migrate, 0 },
	{ "mbind, MPOL_MF_MOVE", prepare_pair, bind, 0 },
	{ "MADV_COLLAPSE", NULL, collapse, 31 },
	{ "compaction", NULL, compact, 31 },
	{ NULL, NULL, NULL, 0 }
};
