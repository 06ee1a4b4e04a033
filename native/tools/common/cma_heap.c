// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <stddef.h>
#include <unistd.h>

#include "cma_heap.h"
#include "mapcontig.h"
#include "settings.h"

/* Its names in kernels with and without the heap's own naming. */
static const char * const heaps[] = { "/dev/dma_heap/default_cma_region", "/dev/dma_heap/reserved", "/dev/dma_heap/linux,cma" };

int cma_heap_open(void)
{
	int fd = -1;

	for (size_t i = 0; fd < 0 && i < sizeof(heaps) / sizeof(heaps[0]); i++)
		fd = mapcontig_open(heaps[i], O_RDWR);
	return fd;
}

int64_t cma_heap_pages(void)
{
	/* The one area that is the heap's: those of contig_cma= have other names. */
	return setting_read("/sys/kernel/mm/cma/reserved/alloc_pages_success", -1);
}

const char *cma_heap_refuses(void)
{
	int fd = cma_heap_open();

	if (fd < 0)
		return "there is no CMA heap in /dev/dma_heap (boot parameter cma=SIZE)";
	close(fd);
	if (cma_heap_pages() < 0)
		return "the area of the heap does not tell what it hands out (CONFIG_CMA_SYSFS)";
	return NULL;
}
