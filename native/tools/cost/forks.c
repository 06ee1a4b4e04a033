// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../common/clock.h"
#include "forks.h"
#include "machine.h"
#include "mappings.h"
#include "report.h"
#include "ways.h"
#include "../common/settings.h"

enum { PAGE = 4096 };

/*
 * From fork to its return in the parent. The child waits until the parent has read the clock: whether it runs first is
 * the scheduler's choice, and it would then do no more than block.
 */
static bool fork_once(struct samples *forks)
{
	uint64_t start, end;
	int go[2], status;
	char byte;
	pid_t pid;

	if (pipe(go))
		return false;
	start = clock_now();
	pid = fork();
	if (!pid) {
		close(go[1]);
		_exit(read(go[0], &byte, 1) == 0 ? 0 : 1);
	}
	end = clock_now();
	close(go[0]);
	close(go[1]);
	if (pid < 0)
		return false;
	if (waitpid(pid, &status, 0) != pid || status)
		return false;
	samples_add(forks, end - start);
	return true;
}

static void measure_forks(const char *name, size_t bytes, void *p, int advice)
{
	static struct samples forks;

	forks.count = 0;
	if (p && madvise(p, bytes, advice))
		return report_skipped(name, bytes, strerror(errno));
	for (int i = repetitions(bytes); i >= 0; i--) {
		if (!fork_once(&forks))
			return report_skipped(name, bytes, strerror(errno));
		if (i == repetitions(bytes))
			forks.count = 0;	/* the first one warms up */
	}
	report_costs(name, bytes, &forks, 0);
}

enum copier { COPY_REP, COPY_WORDS, COPY_LIBC };

static void measure_copy(const char *name, enum copier copier, size_t bytes)
{
	static struct samples samples;
	char *p = mmap(NULL, 2 * bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

	samples.count = 0;
	if (p == MAP_FAILED)
		return report_skipped(name, bytes, strerror(errno));
	for (int i = repetitions(bytes); i > 0; i--) {
		uint64_t start = clock_now();

		if (copier == COPY_REP)
			machine_copy(p + bytes, p, bytes);
		else if (copier == COPY_WORDS)
			machine_copy_by_words(p + bytes, p, bytes);
		else
			memcpy(p + bytes, p, bytes);
		/* Keeps the compiler from dropping stores that nobody reads */
		__asm__ volatile("" : : "r"(p) : "memory");
		samples_add(&samples, clock_now() - start);
	}
	munmap(p, 2 * bytes);
	report_costs(name, bytes, &samples, 0);
}

/* With memory that is shared until one writes: what the same bytes cost when the child then writes to all pages. */
static void measure_fork_and_write(const char *name, size_t bytes)
{
	static struct samples samples;
	char *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

	samples.count = 0;
	if (p == MAP_FAILED)
		return report_skipped(name, bytes, strerror(errno));
	for (int i = repetitions(bytes); i > 0; i--) {
		uint64_t start = clock_now();
		int status;
		pid_t pid = fork();

		if (!pid) {
			for (size_t at = 0; at < bytes; at += PAGE)
				*(volatile char *)(p + at) = 1;
			_exit(0);
		}
		if (pid < 0 || waitpid(pid, &status, 0) != pid || status)
			return report_skipped(name, bytes, "the child failed");
		samples_add(&samples, clock_now() - start);
	}
	munmap(p, bytes);
	report_costs(name, bytes, &samples, 0);
}

static void measure_with(size_t bytes, const char *thp)
{
	void *p;

	if (!setting_thp(thp))
		return report_skipped("fork, MAP_CONTIG", bytes, "transparent_hugepage/enabled can not be set");
	p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_CONTIG, -1, 0);
	if (p == MAP_FAILED)
		return report_skipped("fork, MAP_CONTIG", bytes, strerror(errno));
	memset(p, 1, bytes);
	measure_forks("fork, MAP_CONTIG", bytes, p, MADV_DOFORK);
	measure_forks("fork, MAP_CONTIG, DONTFORK", bytes, p, MADV_DONTFORK);
	munmap(p, bytes);
	measure_fork_and_write("fork, child writes all, exit, wait", bytes);
}

void forks_measure(size_t bytes)
{
	report_section("fork: copying alone");
	measure_copy("floor: copying as copy_page()", COPY_REP, bytes);
	measure_copy("copying as the kernel's memcpy()", COPY_WORDS, bytes);
	measure_copy("memcpy of mapped memory", COPY_LIBC, bytes);
	measure_forks("fork of nothing more", 0, NULL, 0);
	report_section("fork: transparent_hugepage/enabled = always");
	measure_with(bytes, "always");
	report_section("fork: transparent_hugepage/enabled = never");
	measure_with(bytes, "never");
	setting_thp("madvise");
}
