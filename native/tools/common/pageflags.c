// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <stddef.h>
#include <unistd.h>

#include "pageflags.h"
#include "pins.h"

/* Documentation/admin-guide/mm/pagemap.rst, and include/linux/kernel-page-flags.h for RESERVED. */
enum {
	LRU = 5, SLAB = 7, BUDDY = 10, ANON = 12, HUGE = 17, UNEVICTABLE = 18, HWPOISON = 19, NOPAGE = 20, OFFLINE = 23,
	ZERO_PAGE = 24, TABLE = 26, RESERVED = 32,
};

const char * const page_class_names[PAGE_CLASSES] = {
	"free", "movable", "pinned", "unevictable", "hugetlb", "slab", "page table", "kernel", "reserved", "absent",
};

static bool has(uint64_t flags, int bit)
{
	return flags >> bit & 1;
}

enum page_class pageflags_class(uint64_t flags)
{
	if (has(flags, NOPAGE) || has(flags, OFFLINE))
		return PAGE_ABSENT;
	if (has(flags, BUDDY))
		return PAGE_FREE;
	if (has(flags, RESERVED) || has(flags, ZERO_PAGE) || has(flags, HWPOISON))
		return PAGE_RESERVED;
	if (has(flags, HUGE))
		return PAGE_HUGETLB;
	if (has(flags, SLAB))
		return PAGE_SLAB;
	if (has(flags, TABLE))
		return PAGE_TABLE;
	if (has(flags, UNEVICTABLE))
		return PAGE_UNEVICTABLE;
	if (has(flags, LRU) || has(flags, ANON))
		return PAGE_MOVABLE;
	return PAGE_KERNEL;
}

bool page_class_blocks(enum page_class class)
{
	return class != PAGE_FREE && class != PAGE_MOVABLE;
}

bool pageflags_scan(void (*see)(void *context, uint64_t pfn, enum page_class class), void *context)
{
	static uint64_t flags[8192];
	struct pins pins = pins_inherited();
	int fd = open("/proc/kpageflags", O_RDONLY | O_CLOEXEC);
	uint64_t pfn = 0;
	size_t pin = 0;
	ssize_t got;

	if (fd < 0)
		return false;
	while ((got = pread(fd, flags, sizeof(flags), (off_t)(pfn * sizeof(flags[0])))) > 0) {
		for (size_t i = 0; i < (size_t)got / sizeof(flags[0]); i++, pfn++) {
			enum page_class class = pageflags_class(flags[i]);

			if (pin < pins.count && pins.pfns[pin] == pfn) {
				class = PAGE_PINNED;
				pin++;
			}
			see(context, pfn, class);
		}
	}
	close(fd);
	return got == 0;
}
