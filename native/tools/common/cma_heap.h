/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TOOLS_CMA_HEAP_H
#define TOOLS_CMA_HEAP_H

#include <stdint.h>

/*
 * The dma-heap of the default CMA area (boot parameter cma=SIZE). Its mappings have no pages that pagemap shows, so what proves that
 * memory is from there is the area's own count.
 */

/* Why nothing can be measured of the heap on this kernel, or NULL. */
const char *cma_heap_refuses(void);

/* A descriptor of the heap, to be closed; -1 with errno if there is none. */
int cma_heap_open(void);

/* How many pages the area has handed out since boot, each time as one range; -1 if the kernel does not tell (CONFIG_CMA_SYSFS). */
int64_t cma_heap_pages(void);

#endif
