// SPDX-License-Identifier: Apache-2.0
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <linux/vfio.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "../common/clock.h"
#include "../common/settings.h"
#include "iommu_trace.h"
#include "mapcontig.h"
#include "mappings.h"
#include "report.h"
#include "vfio.h"
#include "ways.h"

enum { PAGE = 4096, HUGE = 2 << 20 };

#define GIGA (1ull << 30)
#define DEVICES "/sys/bus/pci/devices/"
#define READ_WRITE (VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE)

/* --- the device */

static bool is_edu(const char *name)
{
	char path[300];

	snprintf(path, sizeof(path), DEVICES "%s/vendor", name);
	if (setting_read(path, 0) != 0x1234)
		return false;
	snprintf(path, sizeof(path), DEVICES "%s/device", name);
	return setting_read(path, 0) == 0x11e8;
}

static bool find_edu(char name[32])
{
	DIR *folder = opendir(DEVICES);
	const struct dirent *entry;
	bool found = false;

	while (folder && !found && (entry = readdir(folder))) {
		found = is_edu(entry->d_name);
		if (found)
			snprintf(name, 32, "%.31s", entry->d_name);
	}
	if (folder)
		closedir(folder);
	return found;
}

static int open_group(const char *name)
{
	char path[128], link[128], group[160];
	ssize_t length;

	snprintf(path, sizeof(path), DEVICES "%s/driver_override", name);
	setting_write(path, "vfio-pci");
	setting_write("/sys/bus/pci/drivers_probe", name);
	snprintf(path, sizeof(path), DEVICES "%s/iommu_group", name);
	length = readlink(path, link, sizeof(link) - 1);
	if (length < 0)
		return -1;
	link[length] = 0;
	snprintf(group, sizeof(group), "/dev/vfio/%s", strrchr(link, '/') + 1);
	return mapcontig_open(group, O_RDWR);
}

/* A container with the group of the edu device, or -1 and why not. Stays open until the program ends. */
static int open_container(const char **reason)
{
	const int container = mapcontig_open("/dev/vfio/vfio", O_RDWR);
	char name[32];
	int group;

	*reason = "there is no VFIO, or no edu device behind an IOMMU: --device edu --device iommu";
	if (container < 0 || !find_edu(name))
		return -1;
	group = open_group(name);
	if (group < 0 || mapcontig_vfio_group_set_container(group, container) ||
	    mapcontig_vfio_set_iommu(container, VFIO_TYPE1v2_IOMMU))
		return -1;
	return container;
}

/* --- kinds of memory */

static char *map(size_t bytes, int flags)
{
	char *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

static char *make_contig(size_t bytes)
{
	return map(bytes, MAP_CONTIG);
}

/* Each unit once, in an order that repeats: as the memory of a program that has run for a while. */
static void touch_in_disorder(char *p, size_t bytes, size_t unit)
{
	const size_t count = bytes / unit;
	uint32_t *order = malloc(count * sizeof(*order));
	uint64_t random = 20260717;

	if (!order)
		abort();
	for (size_t i = 0; i < count; i++)
		order[i] = (uint32_t)i;
	for (size_t i = count - 1; i > 0; i--) {
		size_t other;
		uint32_t saved = order[i];

		random = random * 6364136223846793005u + 1442695040888963407u;
		other = (random >> 33) % (i + 1);
		order[i] = order[other];
		order[other] = saved;
	}
	for (size_t i = 0; i < count; i++)
		p[order[i] * unit] = 1;
	free(order);
}

static char *make_hugetlb(size_t bytes)
{
	return setting_hugetlb_pool(bytes / HUGE) ? map(bytes, MAP_HUGETLB | MAP_POPULATE) : NULL;
}

static char *make_hugetlb_scattered(size_t bytes)
{
	char *p = setting_hugetlb_pool(bytes / HUGE) ? map(bytes, MAP_HUGETLB) : NULL;

	if (p)
		touch_in_disorder(p, bytes, HUGE);
	return p;
}

static void finish_hugetlb(void)
{
	setting_hugetlb_pool(0);
}

static char *make_thp(size_t bytes)
{
	setting_thp("always");
	return map(bytes, MAP_POPULATE);
}

static char *make_pages(size_t bytes)
{
	setting_thp("never");
	return map(bytes, MAP_POPULATE);
}

static char *make_pages_scattered(size_t bytes)
{
	char *p;

	setting_thp("never");
	p = map(bytes, 0);
	if (p)
		touch_in_disorder(p, bytes, PAGE);
	return p;
}

static void finish_thp(void)
{
	setting_thp("madvise");
}

static const struct kind {
	const char	*name;
	char		*(*make)(size_t bytes);
	void		(*finish)(void);
	bool		whole;	/* of which a part is taken that starts at a multiple of its size in memory */
} kinds[] = {
	{ "MAP_CONTIG", make_contig, NULL, false },
	{ "MAP_CONTIG, aligned to its size", make_contig, NULL, true },
	{ "MAP_HUGETLB, as the pool has it", make_hugetlb, finish_hugetlb, false },
	{ "MAP_HUGETLB, in disorder", make_hugetlb_scattered, finish_hugetlb, false },
	{ "transparent huge pages", make_thp, finish_thp, false },
	{ "4 KiB pages of a fresh boot", make_pages, finish_thp, false },
	{ "4 KiB pages, in disorder", make_pages_scattered, finish_thp, false },
};

/* Where the page at p lies in memory; 0 if that can not be told. */
static uint64_t physical(const char *p)
{
	const int pagemap = mapcontig_open("/proc/self/pagemap", O_RDONLY);
	uint64_t entry = 0;

	if (pread(pagemap, &entry, sizeof(entry), (off_t)((uintptr_t)p / PAGE * sizeof(entry))) != sizeof(entry))
		entry = 0;
	close(pagemap);
	return (entry & ((1ull << 55) - 1)) * PAGE;
}

/* --- what is measured */

/* Pages that hold page tables of IOMMUs. */
static int64_t table_pages(void)
{
	/* Each processor collects some dozens of changes before it adds them to the sum. */
	setting_write("/proc/sys/vm/stat_refresh", "1");
	return setting_field("/proc/vmstat", "nr_iommu_pages", 0);
}

static const char *count_events(int container, char *p, size_t bytes, uint64_t iova, struct iommu_trace *trace, int64_t *tables)
{
	const char *reason = iommu_trace_start(), *lost;
	const int64_t before = table_pages();

	if (reason)
		return reason;
	if (mapcontig_vfio_map(container, iova, p, bytes, READ_WRITE))
		reason = strerror(errno);
	*tables = table_pages() - before;
	lost = iommu_trace_stop(trace);
	if (!reason)
		mapcontig_vfio_unmap(container, iova, bytes);
	return reason ? reason : lost;
}

static const char *count_instructions(int container, char *p, size_t bytes, uint64_t iova, struct samples *maps, struct samples *unmaps)
{
	maps->count = unmaps->count = 0;
	for (int i = repetitions(bytes); i > 0; i--) {
		uint64_t start = clock_now(), mapped;

		if (mapcontig_vfio_map(container, iova, p, bytes, READ_WRITE))
			return strerror(errno);
		mapped = clock_now();
		if (mapcontig_vfio_unmap(container, iova, bytes))
			return strerror(errno);
		samples_add(unmaps, clock_now() - mapped);
		samples_add(maps, mapped - start);
	}
	return NULL;
}

static void report_kind(const char *name, size_t bytes, const struct iommu_trace *trace, int64_t tables, struct samples *maps,
			struct samples *unmaps)
{
	report_costs(name, bytes, maps, 0);
	report_costs("  unmap of it", bytes, unmaps, 0);
	report_value("  iommu:map events", bytes, trace->events, "events");
	report_value("  smallest", bytes, trace->smallest, "bytes");
	report_value("  largest", bytes, trace->largest, "bytes");
	report_value("  entries of 4 KiB, by the rule", bytes, trace->leaves[0], "entries");
	report_value("  entries of 2 MiB, by the rule", bytes, trace->leaves[1], "entries");
	report_value("  entries of 1 GiB, by the rule", bytes, trace->leaves[2], "entries");
	report_value("  pages of page tables", bytes, (uint64_t)tables, "pages (nr_iommu_pages)");
}

static const char *measure_part(const struct kind *kind, int container, char *p, size_t bytes)
{
	static struct samples maps, unmaps;
	/*
	 * Device addresses of its own, where no page tables are left from before; and in the lower bits as the memory, as the library
	 * does, so that large pages can be used
	 */
	const uint64_t iova = (uint64_t)(kind - kinds + 1) * 4 * GIGA + physical(p) % GIGA;
	struct iommu_trace trace;
	int64_t tables = 0;
	const char *reason = count_events(container, p, bytes, iova, &trace, &tables);

	if (!reason)
		reason = count_instructions(container, p, bytes, iova, &maps, &unmaps);
	if (!reason && trace.bytes != bytes)
		reason = "the events do not add up to what was mapped";
	if (!reason)
		report_kind(kind->name, bytes, &trace, tables, &maps, &unmaps);
	return reason;
}

static void measure_kind(const struct kind *kind, int container, size_t bytes)
{
	const size_t length = kind->whole ? 2 * bytes - PAGE : bytes;
	char *p = kind->make(length);
	const char *reason = p ? NULL : strerror(errno);

	if (p) {
		const uint64_t start = physical(p);

		reason = measure_part(kind, container, p + (kind->whole ? -start & (bytes - 1) : 0), bytes);
		munmap(p, length);
	}
	if (kind->finish)
		kind->finish();
	if (reason)
		report_skipped(kind->name, bytes, reason);
}

void vfio_measure(size_t bytes)
{
	const char *reason;
	const int container = open_container(&reason);

	report_section("VFIO_IOMMU_MAP_DMA");
	if (container < 0)
		return report_skipped("all of it", bytes, reason);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		measure_kind(&kinds[i], container, bytes);
}
