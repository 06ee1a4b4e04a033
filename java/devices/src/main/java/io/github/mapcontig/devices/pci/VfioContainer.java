// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.devices.pci;

import io.github.mapcontig.Errno;
import io.github.mapcontig.internal.libc.Linux;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A container of VFIO with the IOMMU group of one device in it: an address space for devices, empty at first. Owns the two file
 * descriptors. Not thread-safe.
 */
final class VfioContainer {
    private static final String LOAD = "load VFIO (modprobe vfio-pci; CONFIG_VFIO_PCI) and run as root, or let this user have the file";
    private static final String LOG = "look into the kernel log (dmesg)";

    private final VfioSystem system;
    private final PciDevice device;
    private final int container;
    private final int group;

    private VfioContainer(final VfioSystem system, final PciDevice device, final int container, final int group) {
        this.system = system;
        this.device = device;
        this.container = container;
        this.group = group;
    }

    /**
     * What the IOMMU can do for a container.
     *
     * @param pageSizes a bit for each size of a page
     * @param ranges    device addresses that are valid: what is left out belongs to interrupts (MSI) and to firmware
     */
    record Iommu(long pageSizes, List<IovaRange> ranges) {
    }

    /**
     * Opens a container for the group of a device.
     *
     * @param system what to call
     * @param device bound to vfio-pci
     * @return the container
     * @throws DeviceException if that is not possible; nothing stays open then
     */
    static VfioContainer open(final VfioSystem system, final PciDevice device) {
        system.vfio().missingBecause().ifPresent(reason -> {
            throw new DeviceException(device + " can not be driven through VFIO: " + reason);
        });
        final String groupNumber = device.iommuGroup().orElseThrow(() -> new DeviceException(device + " is bound to vfio-pci, but no"
                + " IOMMU translates for it (intel_iommu=on, amd_iommu, or none in this machine). Without one it is driven by"
                + " physical addresses: echo " + device.address() + " > /sys/bus/pci/drivers/vfio-pci/unbind"));
        final int container = system.open(device, "vfio", LOAD);
        int group = -1;
        boolean opened = false;
        try {
            checkContainer(system, device, container);
            group = system.open(device, groupNumber, "EBUSY: another process has the group; else run as root, or let this user have"
                    + " the file; in a container: --device /dev/vfio/" + groupNumber);
            checkViable(system, device, groupNumber, group);
            system.check(system.vfio().group_set_container(group, container), device, "VFIO_GROUP_SET_CONTAINER", LOG);
            system.check(system.vfio().set_iommu(container, Linux.VFIO_TYPE1v2_IOMMU), device, "VFIO_SET_IOMMU",
                    "EPERM: the machine can not remap interrupts, so that a device could forge them; who accepts that: echo 1 >"
                            + " /sys/module/vfio_iommu_type1/parameters/allow_unsafe_interrupts; else " + LOG);
            opened = true;
            return new VfioContainer(system, device, container, group);
        } finally {
            if (!opened) {
                closeBoth(system, container, group);
            }
        }
    }

    private static void checkContainer(final VfioSystem system, final PciDevice device, final int container) {
        final int version = system.check(system.vfio().api_version(container), device, "VFIO_GET_API_VERSION", LOAD);
        if (version != Linux.VFIO_API_VERSION) {
            throw new DeviceException(device + " can not be driven through VFIO: the kernel speaks version " + version
                    + " of it, and this library version " + Linux.VFIO_API_VERSION);
        }
        if (system.check(system.vfio().check_extension(container, Linux.VFIO_TYPE1v2_IOMMU), device, "VFIO_CHECK_EXTENSION",
                LOAD) == 0) {
            throw new DeviceException(device + " can not be driven through VFIO: the kernel has no type1 IOMMU for it: modprobe"
                    + " vfio_iommu_type1 (CONFIG_VFIO_IOMMU_TYPE1)");
        }
    }

    private static void checkViable(final VfioSystem system, final PciDevice device, final String groupNumber, final int group) {
        final int flags = system.check(system.vfio().group_flags(group), device, "VFIO_GROUP_GET_STATUS", LOG);
        if ((flags & Linux.VFIO_GROUP_FLAGS_VIABLE) == 0) {
            final List<String> others = device.othersInGroup().stream().map(PciDevice::toString).toList();
            throw new DeviceException(device + " shares its IOMMU group " + groupNumber + " with devices that a driver of the kernel"
                    + " has: " + String.join(", ", others) + ". One can reach the other's memory, so all of them go to vfio-pci or lose"
                    + " their driver: echo ADDRESS > /sys/bus/pci/drivers/DRIVER/unbind");
        }
    }

    /**
     * What the IOMMU can do.
     *
     * @return page sizes and valid addresses
     * @throws DeviceException if the kernel does not tell
     */
    Iommu iommu() {
        long[] answer = new long[1];
        int count = info(answer);
        answer = new long[1 + 2 * count];
        count = Math.min(count, info(answer));
        if (count == 0) {
            throw new DeviceException(device + " can not be driven through VFIO: the kernel does not say which device addresses are"
                    + " valid, as Linux 5.4 and later do");
        }
        final List<IovaRange> ranges = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ranges.add(new IovaRange(answer[1 + 2 * i], answer[2 + 2 * i]));
        }
        return new Iommu(answer[0], List.copyOf(ranges));
    }

    private int info(final long[] answer) {
        return system.check(system.vfio().iommu_info(container, answer, answer.length), device, "VFIO_IOMMU_GET_INFO", LOG);
    }

    /**
     * Opens the device.
     *
     * @return its file descriptor, which the caller closes before the container
     */
    int openDevice() {
        return system.check(system.vfio().group_device(group, device.address()), device, "VFIO_GROUP_GET_DEVICE_FD",
                "EBUSY: another process has it; ENODEV: it is not bound to vfio-pci any more; else " + LOG);
    }

    /**
     * Pins memory and lets the device reach it.
     *
     * @param iova    address for the device
     * @param address start of the memory
     * @param length  bytes
     * @throws DeviceException if the kernel refuses
     */
    void map(final long iova, final long address, final long length) {
        system.check(system.vfio().map(container, iova, address, length,
                        Linux.VFIO_DMA_MAP_FLAG_READ | Linux.VFIO_DMA_MAP_FLAG_WRITE), device, "VFIO_IOMMU_MAP_DMA of " + length + " bytes", "ENOMEM: VFIO counts what it pins once more towards"
                        + " RLIMIT_MEMLOCK: raise it (ulimit -l), or run with CAP_IPC_LOCK; EFAULT: the memory of this source can not be"
                        + " pinned; ENOSPC: close mappings, or raise /sys/module/vfio_iommu_type1/parameters/dma_entry_limit");
    }

    /**
     * Takes memory away from the device.
     *
     * @param iova   as it was mapped
     * @param length as it was mapped
     * @throws IllegalStateException if the kernel refuses: the memory is to be taken for mapped still
     */
    void unmap(final long iova, final long length) {
        if (system.vfio().unmap(container, iova, length) != 0) {
            throw new IllegalStateException("can not take memory away from " + device + ": VFIO_IOMMU_UNMAP_DMA failed: "
                    + new Errno(system.vfio().errno()) + ". It stays allocated; close again to try again, or close the device.");
        }
    }

    /** Takes all memory away from the device, and gives the group back. */
    void close() {
        closeBoth(system, container, group);
    }

    private static void closeBoth(final VfioSystem system, final int container, final int group) {
        Arrays.stream(new int[] {group, container}).filter(fd -> fd != -1).forEach(system.libC()::close);
    }
}
