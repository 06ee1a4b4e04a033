// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "../common/clock.h"
#include "report.h"
#include "wall.h"
#include "ways.h"

enum { ROUNDS = 101 };

static struct samples memsets, mmaps, per_mille;

static const char *rounds(char *mapped, size_t bytes)
{
	for (int i = 0; i < ROUNDS; i++) {
		uint64_t start = clock_now(), set, begin, end;
		void *p;

		memset(mapped, i, bytes);
		/* Keeps the compiler from dropping stores that nobody reads */
		__asm__ volatile("" : : "r"(mapped) : "memory");
		set = clock_now() - start;
		begin = clock_now();
		p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_CONTIG, -1, 0);
		end = clock_now();
		if (p == MAP_FAILED)
			return strerror(errno);
		munmap(p, bytes);
		samples_add(&memsets, set);
		samples_add(&mmaps, end - begin);
		samples_add(&per_mille, 1000 * (end - begin) / set);
	}
	return NULL;
}

void wall_measure(size_t bytes)
{
	char *mapped = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	const char *reason;

	report_section("mmap(MAP_CONTIG) and memset, turn by turn");
	if (mapped == MAP_FAILED)
		return report_skipped("memset", bytes, strerror(errno));
	memset(mapped, 1, bytes);
	reason = rounds(mapped, bytes);
	munmap(mapped, bytes);
	if (reason)
		return report_skipped("MAP_CONTIG", bytes, reason);
	report_costs("memset of mapped memory", bytes, &memsets, 0);
	report_costs("MAP_CONTIG", bytes, &mmaps, 0);
	report_value("ratio of the medians", bytes,
		     1000 * samples_summary(&mmaps).median / samples_summary(&memsets).median, "per mille");
	report_value("median of the ratios", bytes, samples_summary(&per_mille).median, "per mille");
}
