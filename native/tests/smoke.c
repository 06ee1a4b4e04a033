// SPDX-License-Identifier: Apache-2.0
/*
 * Calls each function of libmapcontig from a program made as a user would make it, from what was installed.
 * Tells also whether this kernel has MAP_CONTIG. An emulator has not all calls: then ENOSYS is
 * an answer too. What the calls really do, the tests of java/core tell.
 */
#include <mapcontig.h>
#include <stdio.h>
#include <string.h>

static int failures;

static void check(const char *name, int ok)
{
	if (!ok) {
		printf("not ok: %s (%s)\n", name, strerror(errno));
		failures++;
	}
}

/* What a call that works, or that this kernel or emulator does not have, returns. */
static int works(int result)
{
	return result >= 0 || errno == ENOSYS || errno == EPERM || errno == ENOTTY;
}

static int is_no_device(void)
{
	return errno == ENOTTY || errno == ENOSYS;
}

static void check_files(void)
{
	const int null = mapcontig_open("/dev/null", O_RDWR);

	check("open", null >= 0 && (fcntl(null, F_GETFD) & FD_CLOEXEC));
	check("open refuses to create", mapcontig_open("/dev/null", O_RDWR | O_CREAT) == -1 && errno == EINVAL);
	check("dma_heap_alloc of no heap", mapcontig_dma_heap_alloc(null, 4096) == -1 && is_no_device());
	check("dma_buf_sync of no dma-buf", mapcontig_dma_buf_sync(null, 0) == -1 && is_no_device());
	close(null);
}

/* A VFIO call to what is no file of VFIO. */
static void refused(const char *name, int result)
{
	check(name, result == -1 && is_no_device());
}

static void check_vfio(void *memory, size_t size)
{
	const int null = mapcontig_open("/dev/null", O_RDWR);
	uint64_t result[3];

	refused("vfio_api_version", mapcontig_vfio_api_version(null));
	refused("vfio_check_extension", mapcontig_vfio_check_extension(null, 3));
	refused("vfio_set_iommu", mapcontig_vfio_set_iommu(null, 3));
	refused("vfio_group_flags", mapcontig_vfio_group_flags(null));
	refused("vfio_group_set_container", mapcontig_vfio_group_set_container(null, null));
	refused("vfio_group_device", mapcontig_vfio_group_device(null, "0000:00:00.0"));
	refused("vfio_device_flags", mapcontig_vfio_device_flags(null));
	refused("vfio_device_reset", mapcontig_vfio_device_reset(null));
	refused("vfio_region", mapcontig_vfio_region(null, 0, result));
	refused("vfio_iommu_info", mapcontig_vfio_iommu_info(null, result, 3));
	check("vfio_iommu_info without room", mapcontig_vfio_iommu_info(null, result, 0) == -1 && errno == EINVAL);
	refused("vfio_map", mapcontig_vfio_map(null, 1 << 20, memory, size, 3));
	refused("vfio_unmap", mapcontig_vfio_unmap(null, 1 << 20, size));
	close(null);
}

static void check_memory(unsigned char *memory, size_t size)
{
	unsigned long nodes[MAPCONTIG_MASK_LONGS];
	uint64_t result[2];
	int mode;
	const int pagemap = mapcontig_open("/proc/self/pagemap", O_RDONLY);
	const int pin = mapcontig_pin(memory, size);

	check("pin", works(pin));
	check("unpin", pin < 0 || mapcontig_unpin(pin) == 0);
	check("pin of nothing", mapcontig_pin(memory, 0) == -1);
	check("pagemap_scan", works(mapcontig_pagemap_scan(pagemap, memory, size, PAGE_IS_PRESENT, 0, result)));
	check("get_mempolicy", works(mapcontig_get_mempolicy(&mode, nodes)));
	check("set_mempolicy", works(mapcontig_set_mempolicy(0, nodes)));
	check("node_of", works(mapcontig_node_of(memory)));
	close(pagemap);
}

static void check_caches(unsigned char *memory, size_t size)
{
	const int line = mapcontig_cache_line_size();

	check("cache_line_size", line >= 16 && line <= 2048 && !(line & (line - 1)));
	memset(memory, 0x5a, size);
	check("cache_clean", mapcontig_cache_clean(memory, size) == 0);
	check("cache_invalidate", mapcontig_cache_invalidate(memory, size) == 0);
	check("cache_clean past the end", mapcontig_cache_clean(memory, SIZE_MAX) == -1 && errno == EINVAL);
	for (size_t i = 0; i < size; i++) {
		if (memory[i] != 0x5a) {
			check("content", 0);
			break;
		}
	}
}

int main(void)
{
	const size_t size = 1 << 20;
	unsigned char *memory = (unsigned char *)mmap(NULL, size, PROT_READ | PROT_WRITE,
						      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	const int supported = mapcontig_supported();

	check("mmap", memory != MAP_FAILED);
	memset(memory, 1, size);
	check_files();
	check_memory(memory, size);
	check_caches(memory, size);
	check_vfio(memory, size);
	printf("MAP_CONTIG: %s\n", supported < 0 ? "can not be found out" : supported ? "yes" : "no");
	check("supported", supported >= 0);
	return failures ? 1 : 0;
}
