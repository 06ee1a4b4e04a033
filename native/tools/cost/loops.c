// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../common/clock.h"
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

/*
 * Lets what the repetition before has left undone (memory that is freed after a grace period) be done before the clock is
 * read, and begins just after a timer interrupt: the next one is 4 million instructions away.
 */
static void settle(void)
{
	const struct timespec fifty_ms = { .tv_nsec = 50000000 };

	nanosleep(&fifty_ms, NULL);
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
		uint64_t start;

		settle();
		start = clock_now();
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

/*
 * A process that does nothing but have many VMAs, and so fills the gaps that the boot has left in the kernel's slabs of VMAs and
 * of tree nodes: how often an allocation has to look for another slab then is the same in each boot. -1 with errno.
 */
static pid_t fill_slabs(void)
{
	enum { AREAS = 4096 };
	int ready[2];
	pid_t pid;
	char byte;

	if (pipe(ready))
		return -1;
	pid = fork();
	if (!pid) {
		char *p = loop_map(AREAS, 0);

		for (int i = 0; p && i < AREAS; i += 2)
			mprotect(p + i * LOOP_PAGE, LOOP_PAGE, PROT_READ);
		if (write(ready[1], "", 1) == 1)
			pause();
		_exit(1);
	}
	if (pid > 0 && read(ready[0], &byte, 1) != 1)
		pid = -1;
	close(ready[0]);
	close(ready[1]);
	return pid;
}

void loops_measure(void)
{
	pid_t filler = fill_slabs();

	if (filler < 0)
		return report_skipped("loops", 0, strerror(errno));
	report_section("without MAP_CONTIG");
	measure_all(loops_of_memory);
	measure_all(loops_of_pages);
	measure_all(loops_of_processes);
	measure_all(loops_of_io);
	kill(filler, SIGKILL);
	waitpid(filler, NULL, 0);
}
