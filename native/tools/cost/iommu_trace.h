/* SPDX-License-Identifier: Apache-2.0 */
#ifndef COST_IOMMU_TRACE_H
#define COST_IOMMU_TRACE_H

#include <stdint.h>

/* What the tracepoint iommu:map told. */
struct iommu_trace {
	uint64_t	events, bytes, smallest, largest;
	uint64_t	leaves[3];	/* page table entries of 4 KiB, 2 MiB, 1 GiB that this takes */
};

/* Begins to trace. NULL, or what is missing. */
const char *iommu_trace_start(void);

/* Ends it, and counts. NULL, or what went wrong. */
const char *iommu_trace_stop(struct iommu_trace *trace);

#endif
