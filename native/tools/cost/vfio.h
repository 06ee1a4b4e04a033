/* SPDX-License-Identifier: Apache-2.0 */
#ifndef COST_VFIO_H
#define COST_VFIO_H

#include <stddef.h>

/*
 * What an IOMMU has to do for a buffer: VFIO_IOMMU_MAP_DMA and _UNMAP_DMA of so many bytes of several kinds of memory, for QEMU's edu
 * device. Wants a guest with --device edu --device iommu.
 */
void vfio_measure(size_t bytes);

#endif
