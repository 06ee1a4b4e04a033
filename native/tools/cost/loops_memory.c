// SPDX-License-Identifier: Apache-2.0
/* Mappings: the system calls that make, change and end them, and the faults between. */
#include <sys/mman.h>
#include <unistd.h>

#include "loop.h"
#include "../common/settings.h"

enum { PAGES = 64, HUGE_PAGES = 512 };

static bool call(void)
{
	for (int i = 0; i < 500; i++)
		getppid();
	return true;
}

static bool map_untouched(void)
{
	for (int i = 0; i < 20; i++) {
		void *p = loop_map(PAGES, 0);

		if (!p || munmap(p, PAGES * LOOP_PAGE))
			return false;
	}
	return true;
}

/* --- map, touch, unmap */

static bool touched_with(void *p, size_t pages)
{
	if (!p)
		return false;
	loop_touch(p, pages);
	return munmap(p, pages * LOOP_PAGE) == 0;
}

static bool fault(void)
{
	return touched_with(loop_map(PAGES, 0), PAGES);
}

static bool populate(void)
{
	return touched_with(loop_map(PAGES, MAP_POPULATE), PAGES);
}

static bool fault_huge(void)
{
	void *p = loop_map(2 * HUGE_PAGES, 0);

	return p && !madvise(p, 2 * HUGE_PAGES * LOOP_PAGE, MADV_HUGEPAGE) && touched_with(p, 2 * HUGE_PAGES);
}

static bool prepare_hugetlb(void)
{
	return setting_hugetlb_pool(1);
}

static bool fault_hugetlb(void)
{
	return touched_with(loop_map(HUGE_PAGES, MAP_HUGETLB), HUGE_PAGES);
}

static bool fault_shared(void)
{
	void *p = mmap(NULL, PAGES * LOOP_PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return p != MAP_FAILED && touched_with(p, PAGES);
}

static int file = -1;

static bool prepare_file(void)
{
	if (file < 0)
		file = memfd_create("loops", MFD_CLOEXEC);
	return file >= 0 && !ftruncate(file, PAGES * LOOP_PAGE);
}

static bool fault_file(int flags)
{
	for (int i = 0; i < 4; i++) {
		void *p = mmap(NULL, PAGES * LOOP_PAGE, PROT_READ | PROT_WRITE, flags, file, 0);

		if (p == MAP_FAILED || !touched_with(p, PAGES))
			return false;
	}
	return true;
}

static bool fault_file_shared(void)
{
	return fault_file(MAP_SHARED);
}

static bool fault_file_private(void)
{
	return fault_file(MAP_PRIVATE);
}

/* --- change what is mapped */

static char *mapped;	/* twice PAGES: touched, and untouched behind */

static bool prepare_mapped(void)
{
	mapped = loop_map(2 * PAGES, 0);
	if (mapped)
		loop_touch(mapped, PAGES);
	return mapped;
}

/* The middle, so that VMAs are split and merged again. */
static bool protect(void)
{
	char *middle = mapped + PAGES / 4 * LOOP_PAGE;
	size_t bytes = PAGES / 2 * LOOP_PAGE;

	for (int i = 0; i < 10; i++) {
		if (mprotect(middle, bytes, PROT_READ) || mprotect(middle, bytes, PROT_READ | PROT_WRITE))
			return false;
		loop_touch(middle, PAGES / 2);
	}
	return true;
}

static bool move(void)
{
	enum { BYTES = PAGES * LOOP_PAGE };

	for (int i = 0; i < 10; i++) {
		char *to = i & 1 ? mapped : mapped + BYTES, *from = i & 1 ? mapped + BYTES : mapped;

		if (mremap(from, BYTES, BYTES, MREMAP_MAYMOVE | MREMAP_FIXED, to) != to)
			return false;
	}
	return true;
}

static bool grow(void)
{
	char *p = loop_map(PAGES, 0);

	for (int i = 0; p && i < 10; i++) {
		p = mremap(p, PAGES / 2 * LOOP_PAGE, PAGES * LOOP_PAGE, MREMAP_MAYMOVE);
		if (p == MAP_FAILED || mremap(p, PAGES * LOOP_PAGE, PAGES / 2 * LOOP_PAGE, 0) != p)
			return false;
	}
	return p && !munmap(p, PAGES / 2 * LOOP_PAGE);
}

static bool discard(void)
{
	if (madvise(mapped, PAGES * LOOP_PAGE, MADV_DONTNEED))
		return false;
	loop_touch(mapped, PAGES);
	return true;
}

static bool advise(void)
{
	static const int advices[] = { MADV_DONTDUMP, MADV_DODUMP, MADV_DONTFORK, MADV_DOFORK, MADV_SEQUENTIAL, MADV_NORMAL };

	for (int i = 0; i < 60; i++) {
		if (madvise(mapped, PAGES * LOOP_PAGE, advices[i % 6]))
			return false;
	}
	return true;
}

static bool lock(void)
{
	for (int i = 0; i < 5; i++) {
		if (mlock(mapped, PAGES * LOOP_PAGE) || munlock(mapped, PAGES * LOOP_PAGE))
			return false;
	}
	return true;
}

static bool lock_all(void)
{
	return !mlockall(MCL_CURRENT) && !munlockall();
}

static bool unmap_pieces(void)
{
	char *p = loop_map(PAGES, MAP_POPULATE);

	for (int i = 0; p && i < PAGES; i += 2) {
		if (munmap(p + i * LOOP_PAGE, LOOP_PAGE))
			return false;
	}
	return p && !munmap(p, PAGES * LOOP_PAGE);
}

const struct loop loops_of_memory[] = {
	{ "getppid (control)", NULL, call, 0 },
	{ "mmap and munmap", NULL, map_untouched, 0 },
	{ "fault", NULL, fault, 0 },
	{ "MAP_POPULATE", NULL, populate, 0 },
	{ "fault, huge pages", NULL, fault_huge, 0 },
	{ "fault, hugetlb", prepare_hugetlb, fault_hugetlb, 0 },
	{ "fault, shared", NULL, fault_shared, 0 },
	{ "fault, file, shared", prepare_file, fault_file_shared, 0 },
	{ "fault, file, private", prepare_file, fault_file_private, 0 },
	{ "mprotect", prepare_mapped, protect, 0 },
	{ "mremap, move", prepare_mapped, move, 0 },
	{ "mremap, grow and shrink", NULL, grow, 0 },
	{ "madvise, MADV_DONTNEED", prepare_mapped, discard, 0 },
	{ "madvise, flags", prepare_mapped, advise, 0 },
	{ "mlock and munlock", prepare_mapped, lock, 0 },
	{ "mlockall and munlockall", NULL, lock_all, 0 },
	{ "munmap in pieces", NULL, unmap_pieces, 0 },
	{ NULL, NULL, NULL, 0 }
};
