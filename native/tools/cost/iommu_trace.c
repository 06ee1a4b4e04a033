// SPDX-License-Identifier: Apache-2.0
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "../common/settings.h"
#include "iommu_trace.h"

#define TRACING "/sys/kernel/tracing/"
#define EVENT TRACING "events/iommu/map/enable"

/* Room for an event for each page of 1 GiB, some 60 bytes each. */
#define BUFFER_KIB "32768"

/* The kernel empties it when it is truncated. */
static bool empty(void)
{
	FILE *file = fopen(TRACING "trace", "we");

	return file && !fclose(file);
}

const char *iommu_trace_start(void)
{
	if (!setting_write(TRACING "buffer_size_kb", BUFFER_KIB) || !empty())
		return "there is no " TRACING;
	return setting_write(EVENT, "1") ? NULL : "the kernel has no tracepoint iommu:map";
}

/* The kernel's rule (iommu_pgsize()): the largest page to which both addresses are aligned and that is not too long. */
static void count_leaves(struct iommu_trace *trace, uint64_t iova, uint64_t paddr, uint64_t size)
{
	static const unsigned int shifts[] = { 12, 21, 30 };

	while (size) {
		int i = 2;

		while (i > 0 && ((iova | paddr) & ((1ull << shifts[i]) - 1) || size < 1ull << shifts[i]))
			i--;
		trace->leaves[i]++;
		iova += 1ull << shifts[i];
		paddr += 1ull << shifts[i];
		size -= size < 1ull << shifts[i] ? size : 1ull << shifts[i];
	}
}

static void count_event(struct iommu_trace *trace, const char *line)
{
	uint64_t iova, end, paddr, size;

	if (sscanf(line, "map: IOMMU: iova=%" SCNx64 " - %" SCNx64 " paddr=%" SCNx64 " size=%" SCNu64, &iova, &end, &paddr, &size) != 4)
		return;
	trace->events++;
	trace->bytes += size;
	if (size < trace->smallest || trace->events == 1)
		trace->smallest = size;
	if (size > trace->largest)
		trace->largest = size;
	count_leaves(trace, iova, paddr, size);
}

const char *iommu_trace_stop(struct iommu_trace *trace)
{
	char line[256];
	FILE *file;

	memset(trace, 0, sizeof(*trace));
	setting_write(EVENT, "0");
	if (setting_field(TRACING "per_cpu/cpu0/stats", "overrun", -1) != 0)
		return "the trace has lost events";
	file = fopen(TRACING "trace", "re");
	if (!file)
		return "the trace can not be read";
	while (fgets(line, sizeof(line), file)) {
		const char *event = strstr(line, "map: IOMMU:");

		if (event)
			count_event(trace, event);
	}
	fclose(file);
	empty();
	return NULL;
}
