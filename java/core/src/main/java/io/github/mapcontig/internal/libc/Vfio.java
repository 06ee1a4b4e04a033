// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.internal.libc;

import java.util.Optional;

/**
 * VFIO's calls (linux/vfio.h), as libmapcontig has them: {@code mapcontig_vfio_map} is {@link #map}, and so on. The sequence
 * in which they are made is in the kernel's Documentation/driver-api/vfio.rst.
 *
 * <p>Like {@link Shims} in all else. ENOTTY everywhere: the descriptor is of something else.
 *
 * <p>Implementations are thread-safe.
 */
public interface Vfio {
    /**
     * Why the library can not be used in this JVM. The first call loads it.
     *
     * @return the reason and what to do, one sentence; empty where all methods work
     */
    Optional<String> missingBecause();

    /**
     * VFIO_GET_API_VERSION.
     *
     * @param container /dev/vfio/vfio, open for reading and writing
     * @return {@link Linux#VFIO_API_VERSION}, or -1 with {@link #errno()} set
     */
    int api_version(int container);

    /**
     * VFIO_CHECK_EXTENSION.
     *
     * @param container file descriptor
     * @param extension extension or IOMMU type, VFIO_ of {@link Linux}
     * @return greater than 0 if there is such a one, 0 if not, or -1 with {@link #errno()} set
     */
    int check_extension(int container, int extension);

    /**
     * VFIO_SET_IOMMU.
     *
     * @param container file descriptor, with a group in it
     * @param type      VFIO_TYPE value of {@link Linux}
     * @return 0, or -1 with {@link #errno()} set
     */
    int set_iommu(int container, int type);

    /**
     * VFIO_GROUP_GET_STATUS.
     *
     * @param group /dev/vfio/GROUP, open for reading and writing
     * @return VFIO_GROUP_FLAGS_ of {@link Linux}, or -1 with {@link #errno()} set
     */
    int group_flags(int group);

    /**
     * VFIO_GROUP_SET_CONTAINER. A group leaves the container when it is closed.
     *
     * @param group     file descriptor
     * @param container file descriptor
     * @return 0, or -1 with {@link #errno()} set: EPERM if the group is not viable
     */
    int group_set_container(int group, int container);

    /**
     * VFIO_GROUP_GET_DEVICE_FD.
     *
     * @param group file descriptor, of a group in a container with an IOMMU type
     * @param name  address of the device, such as {@code 0000:00:02.0}
     * @return file descriptor (closed on exec), to be given to {@link LibC#close(int)}; or -1 with {@link #errno()} set:
     *         ENODEV if it is not in the group or not bound to a VFIO driver
     */
    int group_device(int group, String name);

    /**
     * VFIO_DEVICE_GET_INFO.
     *
     * @param device file descriptor
     * @return VFIO_DEVICE_FLAGS_ of {@link Linux}, or -1 with {@link #errno()} set
     */
    int device_flags(int device);

    /**
     * VFIO_DEVICE_RESET.
     *
     * @param device file descriptor of a device with VFIO_DEVICE_FLAGS_RESET
     * @return 0, or -1 with {@link #errno()} set
     */
    int device_reset(int device);

    /**
     * VFIO_DEVICE_GET_REGION_INFO.
     *
     * @param device file descriptor
     * @param region VFIO_PCI_ index of {@link Linux}
     * @param result array of three: receives flags (VFIO_REGION_INFO_FLAG_ of {@link Linux}), bytes, and offset in the file
     * @return 0, or -1 with {@link #errno()} set
     */
    int region(int device, int region, long[] result);

    /**
     * VFIO_IOMMU_GET_INFO.
     *
     * @param container file descriptor, with an IOMMU type
     * @param result    receives the page sizes of the IOMMU, a bit each; then for each range of valid addresses its first and
     *                  its last address (unsigned), as far as there is room
     * @param longs     length of the array, at least 1
     * @return how many ranges there are (0 if the kernel does not tell, before Linux 5.4), or -1 with {@link #errno()} set
     */
    int iommu_info(int container, long[] result, long longs);

    /**
     * VFIO_IOMMU_MAP_DMA: pins memory and lets the devices of the container reach it. Counts towards RLIMIT_MEMLOCK.
     *
     * @param container file descriptor
     * @param iova      address for the devices, a multiple of the page size
     * @param address   start of the memory, a multiple of the page size
     * @param length    bytes, a multiple of the page size
     * @param flags     VFIO_DMA_MAP_FLAG_ of {@link Linux}
     * @return 0, or -1 with {@link #errno()} set: ENOMEM (over RLIMIT_MEMLOCK), EEXIST (iova is taken), EINVAL, ENOSPC (too
     *         many mappings), EFAULT (memory that can not be pinned)
     */
    int map(int container, long iova, long address, long length, int flags);

    /**
     * VFIO_IOMMU_UNMAP_DMA of whole mappings.
     *
     * @param container file descriptor
     * @param iova      address for the devices, a multiple of the page size
     * @param length    bytes, a multiple of the page size
     * @return 0, or -1 with {@link #errno()} set: ENOENT if not all of it was mapped
     */
    int unmap(int container, long iova, long length);

    /**
     * The errno of the calling thread's last call through this interface, {@link Shims} or {@link LibC}. Means something only
     * directly after a call that reported failure.
     *
     * @return the number
     */
    int errno();
}
