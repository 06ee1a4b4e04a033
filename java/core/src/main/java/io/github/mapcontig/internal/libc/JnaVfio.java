// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.internal.libc;

import com.sun.jna.Native;
import java.util.Optional;

/** VFIO's calls of the real libmapcontig, bound by JNA's direct mapping. */
public final class JnaVfio implements Vfio {
    /** Why there is no library; a class of its own, so that loading {@link JnaVfio} loads no native library. */
    private static final class Loaded {
        static final Optional<String> MISSING_BECAUSE = ShimsLibrary.register(Binding.class,
                JnaVfio.class.getClassLoader(), ShimsLibrary.RESOURCE);
    }

    private static final class Binding {
        static native int mapcontig_vfio_api_version(int container);

        static native int mapcontig_vfio_check_extension(int container, int extension);

        static native int mapcontig_vfio_set_iommu(int container, int type);

        static native int mapcontig_vfio_group_flags(int group);

        static native int mapcontig_vfio_group_set_container(int group, int container);

        static native int mapcontig_vfio_group_device(int group, String name);

        static native int mapcontig_vfio_device_flags(int device);

        static native int mapcontig_vfio_device_reset(int device);

        static native int mapcontig_vfio_region(int device, int region, long[] result);

        static native int mapcontig_vfio_iommu_info(int container, long[] result, long longs);

        static native int mapcontig_vfio_map(int container, long iova, long address, long length, int flags);

        static native int mapcontig_vfio_unmap(int container, long iova, long length);
    }

    /** Creates the binding; the library is loaded by the first call. */
    public JnaVfio() {
    }

    @Override
    public Optional<String> missingBecause() {
        return Loaded.MISSING_BECAUSE;
    }

    @Override
    public int api_version(final int container) {
        requireLibrary();
        return Binding.mapcontig_vfio_api_version(container);
    }

    @Override
    public int check_extension(final int container, final int extension) {
        requireLibrary();
        return Binding.mapcontig_vfio_check_extension(container, extension);
    }

    @Override
    public int set_iommu(final int container, final int type) {
        requireLibrary();
        return Binding.mapcontig_vfio_set_iommu(container, type);
    }

    @Override
    public int group_flags(final int group) {
        requireLibrary();
        return Binding.mapcontig_vfio_group_flags(group);
    }

    @Override
    public int group_set_container(final int group, final int container) {
        requireLibrary();
        return Binding.mapcontig_vfio_group_set_container(group, container);
    }

    @Override
    public int group_device(final int group, final String name) {
        requireLibrary();
        return Binding.mapcontig_vfio_group_device(group, name);
    }

    @Override
    public int device_flags(final int device) {
        requireLibrary();
        return Binding.mapcontig_vfio_device_flags(device);
    }

    @Override
    public int device_reset(final int device) {
        requireLibrary();
        return Binding.mapcontig_vfio_device_reset(device);
    }

    @Override
    public int region(final int device, final int region, final long[] result) {
        requireLibrary();
        return Binding.mapcontig_vfio_region(device, region, result);
    }

    @Override
    public int iommu_info(final int container, final long[] result, final long longs) {
        requireLibrary();
        return Binding.mapcontig_vfio_iommu_info(container, result, longs);
    }

    @Override
    public int map(final int container, final long iova, final long address, final long length, final int flags) {
        requireLibrary();
        return Binding.mapcontig_vfio_map(container, iova, address, length, flags);
    }

    @Override
    public int unmap(final int container, final long iova, final long length) {
        requireLibrary();
        return Binding.mapcontig_vfio_unmap(container, iova, length);
    }

    @Override
    public int errno() {
        // JNA keeps the number per thread, from before the JVM could overwrite it.
        return Native.getLastError();
    }

    private static void requireLibrary() {
        Loaded.MISSING_BECAUSE.ifPresent(reason -> {
            throw new IllegalStateException(reason);
        });
    }
}
