// SPDX-License-Identifier: Apache-2.0
/* VFIO, groups and type1 containers: ioctl(2) is variadic, and takes structures. */
#include <linux/vfio.h>
#include <stdlib.h>
#include <sys/ioctl.h>

#include "mapcontig.h"

int mapcontig_vfio_api_version(int container)
{
	return ioctl(container, VFIO_GET_API_VERSION);
}

int mapcontig_vfio_check_extension(int container, int extension)
{
	return ioctl(container, VFIO_CHECK_EXTENSION, (unsigned long)extension);
}

int mapcontig_vfio_set_iommu(int container, int type)
{
	return ioctl(container, VFIO_SET_IOMMU, (unsigned long)type);
}

int mapcontig_vfio_group_flags(int group)
{
	struct vfio_group_status status = { .argsz = sizeof(status) };

	return ioctl(group, VFIO_GROUP_GET_STATUS, &status) ? -1 : (int)status.flags;
}

int mapcontig_vfio_group_set_container(int group, int container)
{
	return ioctl(group, VFIO_GROUP_SET_CONTAINER, &container);
}

int mapcontig_vfio_group_device(int group, const char *name)
{
	return ioctl(group, VFIO_GROUP_GET_DEVICE_FD, name);
}

int mapcontig_vfio_device_flags(int device)
{
	struct vfio_device_info info = { .argsz = sizeof(info) };

	return ioctl(device, VFIO_DEVICE_GET_INFO, &info) ? -1 : (int)info.flags;
}

int mapcontig_vfio_device_reset(int device)
{
	return ioctl(device, VFIO_DEVICE_RESET);
}

int mapcontig_vfio_region(int device, int region, uint64_t result[3])
{
	struct vfio_region_info info = { .argsz = sizeof(info), .index = (uint32_t)region };

	if (ioctl(device, VFIO_DEVICE_GET_REGION_INFO, &info))
		return -1;
	result[0] = info.flags;
	result[1] = info.size;
	result[2] = info.offset;
	return 0;
}

/* The capability of an answer that lists the ranges, or NULL. */
static const struct vfio_iommu_type1_info_cap_iova_range *
find_ranges(const struct vfio_iommu_type1_info *info, size_t size)
{
	uint32_t offset = info->flags & VFIO_IOMMU_INFO_CAPS ? info->cap_offset : 0;

	while (offset && offset + sizeof(struct vfio_iommu_type1_info_cap_iova_range) <= size) {
		const struct vfio_info_cap_header *header = (const void *)((const char *)info + offset);

		if (header->id == VFIO_IOMMU_TYPE1_INFO_CAP_IOVA_RANGE)
			return (const void *)header;
		offset = header->next;
	}
	return NULL;
}

static int copy_ranges(const struct vfio_iommu_type1_info_cap_iova_range *ranges, uint64_t *result,
		       size_t room)
{
	if (!ranges)
		return 0;
	for (size_t i = 0; i < ranges->nr_iovas && i < room; i++) {
		result[2 * i] = ranges->iova_ranges[i].start;
		result[2 * i + 1] = ranges->iova_ranges[i].end;
	}
	return (int)ranges->nr_iovas;
}

int mapcontig_vfio_iommu_info(int container, uint64_t *result, size_t longs)
{
	struct vfio_iommu_type1_info head = { .argsz = sizeof(head) };
	struct vfio_iommu_type1_info *info;
	size_t size;
	int count = -1;

	if (!longs) {
		errno = EINVAL;
		return -1;
	}
	/* The first answer says how long the whole of it is. */
	if (ioctl(container, VFIO_IOMMU_GET_INFO, &head))
		return -1;
	size = head.argsz > sizeof(head) ? head.argsz : sizeof(head);
	info = calloc(1, size);
	if (!info)
		return -1;
	info->argsz = (uint32_t)size;
	if (!ioctl(container, VFIO_IOMMU_GET_INFO, info)) {
		result[0] = info->flags & VFIO_IOMMU_INFO_PGSIZES ? info->iova_pgsizes : 0;
		count = copy_ranges(find_ranges(info, size), result + 1, (longs - 1) / 2);
	}
	free(info);
	return count;
}

int mapcontig_vfio_map(int container, uint64_t iova, void *address, size_t length, int flags)
{
	struct vfio_iommu_type1_dma_map map = {
		.argsz = sizeof(map),
		.flags = (uint32_t)flags,
		.vaddr = (uintptr_t)address,
		.iova = iova,
		.size = length,
	};

	return ioctl(container, VFIO_IOMMU_MAP_DMA, &map);
}

int mapcontig_vfio_unmap(int container, uint64_t iova, size_t length)
{
	struct vfio_iommu_type1_dma_unmap unmap = {
		.argsz = sizeof(unmap),
		.iova = iova,
		.size = length,
	};

	if (ioctl(container, VFIO_IOMMU_UNMAP_DMA, &unmap))
		return -1;
	if (unmap.size != length) {
		errno = ENOENT;	/* VFIO takes no error in it, and the caller has lost count */
		return -1;
	}
	return 0;
}
