// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.devices.pci;

/**
 * A PCI function in use by this process: it answers at its registers and may access memory by itself until it is closed, which
 * puts its command register back as it was.
 *
 * <p>Nothing keeps a second process from opening the same device. Thread-safe.
 */
public final class PciFunction implements AutoCloseable {
    private final PciDevice device;
    private final ConfigSpace config;
    private final int commandBefore;
    private final MmioRegion bar0;
    private boolean closed;

    private PciFunction(final PciDevice device, final ConfigSpace config, final int commandBefore, final MmioRegion bar0) {
        this.device = device;
        this.config = config;
        this.commandBefore = commandBefore;
        this.bar0 = bar0;
    }

    /**
     * Takes a device into use: lets it answer at its registers and access memory, and maps its first BAR.
     *
     * @param device the device
     * @return the function, which the caller closes
     * @throws DeviceException if a driver in the kernel has the device, if an IOMMU gives addresses another meaning, or if the
     *                         process may not; the device is as it was then
     */
    public static PciFunction open(final PciDevice device) {
        device.driver().ifPresent(driver -> {
            throw new DeviceException(device + " is used by the kernel. To take it away from there: echo " + device.address()
                    + " > /sys/bus/pci/drivers/" + driver + "/unbind");
        });
        device.translatingIommuGroup().ifPresent(group -> {
            throw new DeviceException(device + " is behind an IOMMU, group " + group + ": to it, physical addresses mean nothing"
                    + " or something else. Boot with iommu=pt, or drive it through VFIO");
        });
        final ConfigSpace config = new ConfigSpace(device.folder().resolve("config"));
        final int before = config.command();
        config.setCommand(before | ConfigSpace.PCI_COMMAND_MEMORY | ConfigSpace.PCI_COMMAND_MASTER);
        boolean opened = false;
        try {
            final MmioRegion bar0 = MmioRegion.map(device.folder().resolve("resource0"));
            opened = true;
            return new PciFunction(device, config, before, bar0);
        } finally {
            if (!opened) {
                config.setCommand(before);
            }
        }
    }

    /**
     * The registers.
     *
     * @return the first BAR
     */
    public MmioRegion bar0() {
        return bar0;
    }

    /**
     * What this is.
     *
     * @return the device
     */
    public PciDevice device() {
        return device;
    }

    /**
     * Stops the device from accessing memory, puts its command register back, and makes its registers unreachable. Idempotent.
     */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            bar0.close();
            config.setCommand(commandBefore);
        }
    }
}
