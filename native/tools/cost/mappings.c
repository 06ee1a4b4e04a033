// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "../common/clock.h"
#include "machine.h"
#include "mappings.h"
#include "report.h"
#include "reserve.h"
#include "../common/settings.h"

enum { PAGE = 4096, HUGE = 2 << 20, BUDDY_LARGEST = 4 << 20 };

#define VMSTAT_SEARCH "map_contig_alloc_search"

/* A way to populated memory. */
struct way {
	const char	*name;
	int		flags;		/* beside MAP_PRIVATE and MAP_ANONYMOUS */
	const char	*thp;		/* transparent_hugepage/enabled meanwhile */
	size_t		smallest, largest;	/* for which there is something to measure */
	const char	*(*prepare)(size_t bytes);	/* NULL, or why it can not be measured */
	const char	*(*check)(size_t bytes);	/* with one mapping: NULL, or how it came about in fact */
	void		(*finish)(void);
};

/* --- what MAP_CONTIG takes from where: contract, C15 */

static uint64_t reserve_before;
static int64_t searches_before;

static void remember_tiers(void)
{
	reserve_before = setting_reserve_free();
	searches_before = setting_field("/proc/vmstat", VMSTAT_SEARCH, 0);
}

static bool from_reserve(size_t bytes)
{
	return reserve_before - setting_reserve_free() == bytes;
}

static bool from_search(void)
{
	return setting_field("/proc/vmstat", VMSTAT_SEARCH, 0) > searches_before;
}

static const char *prepare_buddy(size_t bytes)
{
	(void)bytes;
	remember_tiers();
	return NULL;
}

static const char *check_buddy(size_t bytes)
{
	return from_reserve(bytes) || from_search() ? "not from the buddy allocator" : NULL;
}

static const char *prepare_reserve(size_t bytes)
{
	if (setting_reserve_free() < bytes)
		return "the reserve (contig_cma=) is smaller";
	remember_tiers();
	return NULL;
}

static const char *check_reserve(size_t bytes)
{
	return from_reserve(bytes) ? NULL : "not from the reserve";
}

static const char *prepare_search(size_t bytes)
{
	(void)bytes;
	if (setting_field("/proc/vmstat", VMSTAT_SEARCH, -1) < 0)
		return "this kernel does not search";
	if (!setting_write("/proc/sys/vm/map_contig_search", "2"))
		return "vm.map_contig_search can not be set";
	reserve_use_up();
	remember_tiers();
	return NULL;
}

static const char *check_search(size_t bytes)
{
	(void)bytes;
	return from_search() ? NULL : "not by search";
}

/* --- the others */

static const char *prepare_hugetlb(size_t bytes)
{
	return setting_hugetlb_pool(bytes / HUGE) ? NULL : "the pool of huge pages could not be made";
}

static void finish_hugetlb(void)
{
	setting_hugetlb_pool(0);
}

static const char *prepare_populate(size_t bytes)
{
	return setting_memory_free() < bytes + bytes / 4 ? "not enough free memory" : NULL;
}

static const struct way ways[] = {
	{ "MAP_CONTIG, buddy", MAP_CONTIG, NULL, PAGE, BUDDY_LARGEST, prepare_buddy, check_buddy, NULL },
	{ "MAP_CONTIG, reserve", MAP_CONTIG, NULL, BUDDY_LARGEST + 1, SIZE_MAX, prepare_reserve, check_reserve, NULL },
	{ "MAP_CONTIG, search", MAP_CONTIG, NULL, BUDDY_LARGEST + 1, SIZE_MAX, prepare_search, check_search,
	  reserve_give_back },
	{ "MAP_HUGETLB, pool", MAP_HUGETLB | MAP_POPULATE, NULL, HUGE, SIZE_MAX, prepare_hugetlb, NULL, finish_hugetlb },
	{ "MAP_POPULATE, THP always", MAP_POPULATE, "always", PAGE, SIZE_MAX, prepare_populate, NULL, NULL },
	{ "MAP_POPULATE, THP never", MAP_POPULATE, "never", PAGE, SIZE_MAX, prepare_populate, NULL, NULL },
};

bool map_contig_known(void)
{
	/* Contract, section 2: allocates nothing */
	void *p = mmap(NULL, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_CONTIG | MAP_GROWSDOWN, -1, 0);

	if (p != MAP_FAILED)
		munmap(p, PAGE);
	return p == MAP_FAILED;
}

int repetitions(size_t bytes)
{
	if (bytes > 512u << 20)
		return 3;
	if (bytes > 64u << 20)
		return 5;
	return bytes > 4u << 20 ? 11 : 51;
}

static void *map(const struct way *way, size_t bytes)
{
	return mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | way->flags, -1, 0);
}

/* One mapping that is not measured: it warms up, and tells whether the memory comes from where it should. */
static const char *try_out(const struct way *way, size_t bytes)
{
	void *p = map(way, bytes);
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
		void *p = map(way, bytes);

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
		for (size_t w = 0; w < sizeof(ways) / sizeof(ways[0]); w++) {
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
	p = reason ? MAP_FAILED : map(way, bytes);
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
	for (size_t w = 0; w < sizeof(ways) / sizeof(ways[0]); w++) {
		if (bytes >= ways[w].smallest && bytes <= ways[w].largest)
			page_tables_of(&ways[w], bytes);
	}
}
