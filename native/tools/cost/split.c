// SPDX-License-Identifier: Apache-2.0
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "mappings.h"
#include "report.h"
#include "reserve.h"
#include "../common/settings.h"
#include "split.h"
#include "ways.h"

#define TRACING "/sys/kernel/tracing/"
#define ENABLE TRACING "events/map_contig/alloc/enable"

struct event {
	char		tier[16];
	uint64_t	search_ns, migrate_ns, zero_ns;
};

/* The number after NAME= in the line. */
static bool field(const char *line, const char *name, uint64_t *value)
{
	const char *at = strstr(line, name);

	return at && sscanf(at + strlen(name), "%" SCNu64, value) == 1;
}

static bool parse(const char *line, struct event *event)
{
	const char *tier = strstr(line, " tier=");

	return tier && sscanf(tier, " tier=%15s", event->tier) == 1 && field(line, " search_ns=", &event->search_ns) &&
	       field(line, " migrate_ns=", &event->migrate_ns) && field(line, " zero_ns=", &event->zero_ns);
}

/* The last event in the trace. */
static bool last_event(struct event *event)
{
	FILE *file = fopen(TRACING "trace", "re");
	bool found = false;
	char line[512];

	if (!file)
		return false;
	while (fgets(line, sizeof(line), file)) {
		if (line[0] != '#' && parse(line, event))
			found = true;
	}
	fclose(file);
	return found;
}

static void measure(size_t bytes)
{
	static struct samples search, migrate, zero;
	struct event event = { "", 0, 0, 0 };
	char name[64];

	search.count = migrate.count = zero.count = 0;
	for (int i = repetitions(bytes); i > 0; i--) {
		void *p;

		setting_write(TRACING "trace", "\n");
		p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_CONTIG, -1, 0);
		if (p == MAP_FAILED)
			return report_skipped("map_contig:alloc", bytes, "no memory");
		munmap(p, bytes);
		if (!last_event(&event))
			return report_skipped("map_contig:alloc", bytes, "no event in the trace");
		samples_add(&search, event.search_ns);
		samples_add(&migrate, event.migrate_ns);
		samples_add(&zero, event.zero_ns);
	}
	snprintf(name, sizeof(name), "%s: search_ns", event.tier);
	report_costs(name, bytes, &search, 0);
	snprintf(name, sizeof(name), "%s: migrate_ns", event.tier);
	report_costs(name, bytes, &migrate, 0);
	snprintf(name, sizeof(name), "%s: zero_ns", event.tier);
	report_costs(name, bytes, &zero, bytes / 4096);
}

void split_measure(const size_t *sizes, size_t count)
{
	report_section("the kernel's own account (tracepoint map_contig:alloc)");
	if (!setting_write(ENABLE, "1"))
		return report_skipped("map_contig:alloc", 0, "there is no such tracepoint");
	for (size_t i = 0; i < count; i++)
		measure(sizes[i]);
	setting_write("/proc/sys/vm/map_contig_search", "2");
	reserve_use_up();
	for (size_t i = 0; i < count; i++)
		if (sizes[i] > 4u << 20)
			measure(sizes[i]);
	reserve_give_back();
	setting_write(ENABLE, "0");
}
