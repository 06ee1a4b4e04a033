// SPDX-License-Identifier: Apache-2.0
/* Cache maintenance, line by line, with the instructions that user space may use. */
#include "mapcontig.h"

#if defined(__x86_64__)
#include "cache_x86_64.h"
#elif defined(__aarch64__)
#include "cache_aarch64.h"
#else
#error "cache maintenance is not written for this architecture"
#endif

static int for_lines(const void *address, size_t length, void (*lines)(uintptr_t, uintptr_t, size_t))
{
	const size_t line = line_size();
	const uintptr_t start = (uintptr_t)address;
	uintptr_t end;

	if (__builtin_add_overflow(start, length, &end)) {
		errno = EINVAL;
		return -1;
	}
	/* The lines of no bytes are none, also in the middle of a line. */
	if (length) {
		fence();
		lines(start & ~(line - 1), end, line);
		fence();
	}
	return 0;
}

int mapcontig_cache_clean(const void *address, size_t length)
{
	return for_lines(address, length, clean_lines());
}

int mapcontig_cache_invalidate(const void *address, size_t length)
{
	return for_lines(address, length, invalidate_lines());
}

int mapcontig_cache_line_size(void)
{
	return (int)line_size();
}
