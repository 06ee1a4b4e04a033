// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "../common/clock.h"
#include "../common/settings.h"
#include "machine.h"
#include "mappings.h"
#include "report.h"
#include "ways.h"

enum { PAGE = 4096 };

int repetitions(size_t bytes)
{
	if (bytes > 512u << 20)
		return 3;
	if (bytes > 64u << 20)
		return 5;
	return bytes > 4u << 20 ? 11 : 51;
}

/* One mapping that is not measured: it warms up, and tells whether the memory comes from where it should. */
static const char *try_out(const struct way *way, size_t bytes)
{
	void *p = way_map(way, bytes);
	const char *reason;

	if (p == MAP_FAILED)
		return strerror(errno);
	reason = way->check ? way->check(bytes) : NULL;
	munmap(p, bytes);
	return reason;
}

static void measure_way(const struct way *way, size_t bytes)
{
	static struct samples mmaps, munmaps;
	const char *reason;
	char name[64];

	mmaps.count = munmaps.count = 0;
	setting_thp(way->thp ? way->thp : "madvise");
	reason = way->prepare(bytes);
	if (!reason)
		reason = try_out(way, bytes);
	for (int i = repetitions(bytes); i > 0 && !reason; i--) {
		uint64_t start = clock_now(), mapped, unmapped;
		void *p = way_map(way, bytes);

		mapped = clock_now();
		if (p == MAP_FAILED) {
			reason = strerror(errno);
			break;
		}
		munmap(p, bytes);
		unmapped = clock_now();
		samples_add(&mmaps, mapped - start);
		samples_add(&munmaps, unmapped - mapped);
	}
	if (way->finish)
		way->finish();
	setting_thp("madvise");
	if (reason) {
		report_skipped(way->name, bytes, reason);
		return;
	}
	report_costs(way->name, bytes, &mmaps, bytes / PAGE);
	snprintf(name, sizeof(name), "  munmap of it");
	report_costs(name, bytes, &munmaps, 0);
}

enum filler { FILL_REP, FILL_LIBC };

static void measure_fill(const char *name, enum filler filler, size_t bytes)
{
	static struct samples samples;
	char *p;

	samples.count = 0;
	if (setting_memory_free() < bytes + bytes / 4)
		return report_skipped(name, bytes, "not enough free memory");
	p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	if (p == MAP_FAILED)
		return report_skipped(name, bytes, strerror(errno));
	for (int i = repetitions(bytes); i > 0; i--) {
		uint64_t start = clock_now();

		if (filler == FILL_REP)
			machine_clear(p, bytes);
		else
			memset(p, i, bytes);
		/* Keeps the compiler from dropping stores that nobody reads */
		__asm__ volatile("" : : "r"(p) : "memory");
		samples_add(&samples, clock_now() - start);
	}
	munmap(p, bytes);
	report_costs(name, bytes, &samples, filler == FILL_REP ? bytes / PAGE : 0);
}

void mappings_measure(const size_t *sizes, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		report_section("mmap of populated memory");
		measure_fill("floor: clearing mapped memory", FILL_REP, sizes[i]);
		measure_fill("memset of mapped memory", FILL_LIBC, sizes[i]);
		for (size_t w = 0; w < ways_count; w++) {
			if (sizes[i] >= ways[w].smallest && sizes[i] <= ways[w].largest)
				measure_way(&ways[w], sizes[i]);
		}
	}
}

static void page_tables_of(const struct way *way, size_t bytes)
{
	const char *reason;
	int64_t before, after;
	void *p;

	setting_thp(way->thp ? way->thp : "madvise");
	reason = way->prepare(bytes);
	before = setting_field("/proc/self/status", "VmPTE", 0);
	p = reason ? MAP_FAILED : way_map(way, bytes);
	after = setting_field("/proc/self/status", "VmPTE", 0);
	if (p != MAP_FAILED)
		munmap(p, bytes);
	else if (!reason)
		reason = strerror(errno);
	if (way->finish)
		way->finish();
	setting_thp("madvise");
	if (reason)
		report_skipped(way->name, bytes, reason);
	else
		report_value(way->name, bytes, (uint64_t)(after - before), "KiB");
}

void mappings_page_tables(size_t bytes)
{
	report_section("page tables (VmPTE)");
	for (size_t w = 0; w < ways_count; w++) {
		if (bytes >= ways[w].smallest && bytes <= ways[w].largest)
			page_tables_of(&ways[w], bytes);
	}
}
