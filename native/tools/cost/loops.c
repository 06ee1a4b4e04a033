// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "clock.h"
#include "loop.h"
#include "loops.h"
#include "report.h"
#include "samples.h"

void *loop_map(size_t pages, int flags)
{
	void *p = mmap(NULL, pages * LOOP_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

void loop_touch(void *p, size_t pages)
{
	for (size_t i = 0; i < pages; i++)
		((volatile char *)p)[i * LOOP_PAGE] = 1;
}

static void measure(const struct loop *loop)
{
	enum { USUAL = 101, WARM_UP = 5 };
	int repetitions = loop->repetitions ? loop->repetitions : USUAL;
	static struct samples samples;

	samples.count = 0;
	if (loop->prepare && !loop->prepare())
		return report_skipped(loop->name, 0, strerror(errno));
	for (int i = -WARM_UP; i < repetitions; i++) {
		uint64_t start = clock_now();

		if (!loop->body())
			return report_skipped(loop->name, 0, strerror(errno));
		if (i >= 0)
			samples_add(&samples, clock_now() - start);
	}
	report_costs(loop->name, 0, &samples, 0);
}

static void measure_all(const struct loop *loops)
{
	for (; loops->name; loops++)
		measure(loops);
}

void loops_measure(void)
{
	report_section("without MAP_CONTIG");
	measure_all(loops_of_memory);
	measure_all(loops_of_pages);
	measure_all(loops_of_processes);
	measure_all(loops_of_io);
}
