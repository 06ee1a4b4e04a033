// SPDX-License-Identifier: Apache-2.0
/* dma-heaps and dma-bufs: ioctl(2) is variadic, and takes structures. */
#include <linux/dma-buf.h>
#include <linux/dma-heap.h>
#include <sys/ioctl.h>

#include "mapcontig.h"

int mapcontig_dma_heap_alloc(int heap, size_t length)
{
	struct dma_heap_allocation_data data = {
		.len = length,
		.fd_flags = O_RDWR | O_CLOEXEC,
	};

	return ioctl(heap, DMA_HEAP_IOCTL_ALLOC, &data) ? -1 : (int)data.fd;
}

int mapcontig_dma_buf_sync(int dma_buf, uint64_t flags)
{
	const struct dma_buf_sync sync = { .flags = flags };
	int result;

	do {
		result = ioctl(dma_buf, DMA_BUF_IOCTL_SYNC, &sync);
	} while (result && (errno == EINTR || errno == EAGAIN));
	return result;
}
