// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.devices.pci;

import io.github.mapcontig.ContiguousBuffer;
import io.github.mapcontig.Pinning;
import io.github.mapcontig.Source;
import java.util.EnumSet;
import java.util.Set;

/**
 * A PCI function reached through sysfs: its configuration space and its first BAR are files there. The device reaches all of the
 * machine's memory, by physical address; so this is for devices that no IOMMU translates for.
 */
final class SysfsFunction implements PciFunction {
    private static final Set<Source> MOVABLE = EnumSet.of(Source.LOCKED, Source.HUGETLB);

    private final PciDevice device;
    private final ConfigSpace config;
    private final int commandBefore;
    private final MmioRegion bar0;
    private final int addressBits;
    private boolean closed;

    private SysfsFunction(final PciDevice device, final ConfigSpace config, final int commandBefore, final MmioRegion bar0,
                          final int addressBits) {
        this.device = device;
        this.config = config;
        this.commandBefore = commandBefore;
        this.bar0 = bar0;
        this.addressBits = addressBits;
    }

    /** As {@link PciFunction#open(PciDevice, int)}. */
    static SysfsFunction open(final PciDevice device, final int addressBits) {
        device.translatingIommuGroup().ifPresent(group -> {
            throw new DeviceException(device + " is behind an IOMMU, group " + group + ": to it, physical addresses mean nothing"
                    + " or something else. To drive it through VFIO (modprobe vfio-pci where that is a module): "
                    + DriverAdvice.bindToVfio(device) + ". Or boot with iommu=pt");
        });
        device.driver().ifPresent(driver -> {
            throw new DeviceException(device + " is used by the kernel. To take it away from there: " + DriverAdvice.unbind(device)
                    + ", if nothing needs it: a disk or network card is gone for the system");
        });
        final ConfigSpace config = new SysfsConfig(device.folder().resolve("config"));
        final int before = config.command();
        config.setCommand(before | ConfigSpace.PCI_COMMAND_MEMORY | ConfigSpace.PCI_COMMAND_MASTER);
        boolean opened = false;
        try {
            final MmioRegion bar0 = MmioRegion.map(device.folder().resolve("resource0"));
            opened = true;
            return new SysfsFunction(device, config, before, bar0, addressBits);
        } finally {
            if (!opened) {
                config.setCommand(before);
            }
        }
    }

    @Override
    public PciDevice device() {
        return device;
    }

    @Override
    public int addressBits() {
        return addressBits;
    }

    @Override
    public MmioRegion bar0() {
        return bar0;
    }

    @Override
    public synchronized DmaMapping map(final ContiguousBuffer buffer) {
        checkOpen();
        checkReach(buffer.physicalAddress(), buffer.size());
        return new PhysicalMapping(buffer);
    }

    @Override
    public synchronized DmaMapping mapPieces(final ContiguousBuffer buffer) {
        checkOpen();
        if (buffer.extents().size() < 2) {
            return map(buffer);
        }
        if (MOVABLE.contains(buffer.source()) && buffer.proof().pinning() == Pinning.NONE) {
            throw new IllegalStateException("the kernel may move the pages of " + buffer + ", and " + device + " would not know:"
                    + " allocate with .pinned(true)");
        }
        buffer.extents().forEach(extent -> checkReach(extent.physicalAddress(), extent.length()));
        return new PhysicalPieces(buffer);
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("the device is closed: " + device.address());
        }
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            bar0.close();
            // Bus mastering that was on was left so by a process that was killed: no driver had the device.
            config.setCommand(commandBefore & ~ConfigSpace.PCI_COMMAND_MASTER);
        }
    }
}
