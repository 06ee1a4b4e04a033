// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.devices.pci;

import io.github.mapcontig.internal.libc.JnaLibC;
import io.github.mapcontig.internal.libc.LibC;
import io.github.mapcontig.internal.libc.Linux;
import io.github.mapcontig.internal.libc.Shims;
import io.github.mapcontig.internal.libc.Vfio;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * VFIO of an imagined kernel, with one device. Files are real, without content but for the device's: its registers and its
 * configuration space are a memory file. Each call is noted and can be made to fail, and what is open or mapped is counted.
 */
final class FakeVfio implements Vfio {
    static final int BAR_SIZE = 1 << 16;
    private static final long CONFIG_OFFSET = 1 << 20;
    private static final String TOMBSTONE = "mapcontig-closed";

    /** Calls in order, by name. */
    final List<String> calls = new ArrayList<>();
    /** Index in {@link #calls} of the call to fail; -1 for none. */
    int failingCall = -1;
    /** Error number of the call that fails. */
    int failure = 5;
    /** Open files by descriptor, but for that which stands for closed memory. */
    final Map<Integer, String> open = new ConcurrentSkipListMap<>();
    /** Mapped registers: address to length. */
    final Map<Long, Long> registers = new ConcurrentSkipListMap<>();
    /** What the device reaches: its address to where and how long. */
    final TreeMap<Long, String> reachable = new TreeMap<>();
    int apiVersion;
    int extension = 1;
    int groupFlags = Linux.VFIO_GROUP_FLAGS_VIABLE;
    int deviceFlags = Linux.VFIO_DEVICE_FLAGS_RESET;
    long barFlags = Linux.VFIO_REGION_INFO_FLAG_MMAP;
    long barSize = BAR_SIZE;
    int resets;
    long[] iommu = {1L << 12 | 1L << 21 | 1L << 30, 0, 0xfedf_ffffL, 0xfef0_0000L, (1L << 39) - 1};

    private final LibC real = new JnaLibC();
    private int tombstone = -1;
    private int device = -1;
    private int errno;

    VfioSystem system() {
        return VfioSystem.of(proxy(LibC.class), proxy(Shims.class), this, Path.of("/imagined"));
    }

    /** What a command register holds that nobody has touched. */
    int command() {
        final byte[] word = new byte[2];
        real.pread(device, word, 2, CONFIG_OFFSET + ConfigSpace.PCI_COMMAND);
        return word[0] & 0xff | (word[1] & 0xff) << 8;
    }

    private <T> T proxy(final Class<T> type) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> call(method,
                arguments)));
    }

    private Object call(final Method method, final Object... arguments) throws Throwable {
        final String name = method.getName();
        if (name.equals("errno")) {
            return errno;
        }
        if (fails(name)) {
            return method.getReturnType() == long.class ? (Object) (-1L) : (Object) (-1);
        }
        if (method.getDeclaringClass() == Shims.class) {
            return file((String) arguments[0], 0);
        }
        try {
            final Object result = method.invoke(real, arguments);
            note(name, arguments, result);
            return result;
        } catch (final InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private void note(final String name, final Object[] arguments, final Object result) {
        switch (name) {
        case "memfd_create" -> tombstone = (Integer) result;
        case "close" -> {
            if (open.remove((Integer) arguments[0]) == null) {
                throw new AssertionError("closed twice: descriptor " + arguments[0]);
            }
        }
        case "mmap" -> {
            if (arguments[4].equals(tombstone)) {
                registers.remove((Long) arguments[0]);
            } else {
                registers.put((Long) result, (Long) arguments[1]);
            }
        }
        case "munmap" -> registers.remove((Long) arguments[0]);
        default -> { }
        }
    }

    private int file(final String name, final long length) {
        final int fd = real.memfd_create(name.substring(name.lastIndexOf('/') + 1), Linux.MFD_CLOEXEC);
        real.ftruncate(fd, length);
        open.put(fd, name);
        return fd;
    }

    private synchronized boolean fails(final String call) {
        calls.add(call);
        if (calls.size() - 1 != failingCall) {
            return false;
        }
        errno = failure;
        return true;
    }

    private int result(final String call, final int result) {
        return fails(call) ? -1 : result;
    }

    @Override
    public Optional<String> missingBecause() {
        return Optional.empty();
    }

    @Override
    public int api_version(final int container) {
        return result("api_version", apiVersion);
    }

    @Override
    public int check_extension(final int container, final int which) {
        return result("check_extension", which == Linux.VFIO_TYPE1v2_IOMMU ? extension : 0);
    }

    @Override
    public int set_iommu(final int container, final int type) {
        return result("set_iommu", 0);
    }

    @Override
    public int group_flags(final int group) {
        return result("group_flags", groupFlags);
    }

    @Override
    public int group_set_container(final int group, final int container) {
        return result("group_set_container", 0);
    }

    @Override
    public int group_device(final int group, final String name) {
        if (fails("group_device")) {
            return -1;
        }
        device = file(name, CONFIG_OFFSET + 256);
        real.pwrite(device, new byte[] {1, 4, 0x10}, 3, CONFIG_OFFSET + ConfigSpace.PCI_COMMAND);
        return device;
    }

    @Override
    public int device_flags(final int fd) {
        return result("device_flags", deviceFlags);
    }

    @Override
    public int device_reset(final int fd) {
        if (fails("device_reset")) {
            return -1;
        }
        resets++;
        return 0;
    }

    @Override
    public int region(final int fd, final int region, final long[] result) {
        if (fails("region")) {
            return -1;
        }
        final boolean bar = region == Linux.VFIO_PCI_BAR0_REGION_INDEX;
        result[0] = bar ? barFlags : 0;
        result[1] = bar ? barSize : 256;
        result[2] = bar ? 0 : CONFIG_OFFSET;
        return 0;
    }

    @Override
    public int iommu_info(final int container, final long[] result, final long longs) {
        if (fails("iommu_info")) {
            return -1;
        }
        System.arraycopy(iommu, 0, result, 0, Math.min(iommu.length, result.length));
        return (iommu.length - 1) / 2;
    }

    @Override
    public int map(final int container, final long iova, final long address, final long length, final int flags) {
        if (fails("map")) {
            return -1;
        }
        reachable.put(iova, Long.toHexString(address) + " " + length);
        return 0;
    }

    @Override
    public int unmap(final int container, final long iova, final long length) {
        if (fails("unmap")) {
            return -1;
        }
        if (reachable.remove(iova) == null) {
            throw new AssertionError("nothing is mapped at 0x" + Long.toHexString(iova));
        }
        return 0;
    }

    @Override
    public int errno() {
        return errno;
    }
}
