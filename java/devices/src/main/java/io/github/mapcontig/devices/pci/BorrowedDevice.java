// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.devices.pci;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A device that was taken away from its driver in the kernel, by what sysfs has for it, for {@link PciFunction#open}; closed, it goes
 * back to that driver. Takes root; with VFIO that is the only thing that does: who may open /dev/vfio/GROUP may drive the device.
 *
 * <p>Not thread-safe; nothing keeps others from doing the same.
 */
public final class BorrowedDevice implements AutoCloseable {
    private static final String NO_OVERRIDE = "(null)";

    private final PciDevice device;
    private final Optional<String> driverBefore;
    private final String overrideBefore;
    private boolean overridden;
    private boolean closed;

    private BorrowedDevice(final PciDevice device) {
        this.device = device;
        this.driverBefore = device.driver();
        this.overrideBefore = read(override(device));
        // What vfio-pci has already is somebody else's to give back.
        this.closed = isBound(device);
    }

    /**
     * Takes a device into this process's hands by the way there is: lends it to vfio-pci if an IOMMU translates for it, and leaves it
     * without a driver otherwise. One that vfio-pci has already is left as it is, and stays so on close.
     *
     * @param device a device that nobody uses: not the disk or the network that this machine runs on
     * @return the borrowed device, which the caller closes after the {@link PciFunction}
     * @throws DeviceException if it can not be taken; the device is as it was then
     */
    public static BorrowedDevice take(final PciDevice device) {
        return take(device, device.translatingIommuGroup().isPresent());
    }

    /**
     * The same, lent to vfio-pci in any case: also where an IOMMU is there and passes addresses through ({@code iommu=pt}).
     *
     * @param device a device that nobody uses: not the disk or the network that this machine runs on
     * @return the borrowed device, which the caller closes after the {@link PciFunction}
     * @throws DeviceException if vfio-pci does not take it; the device is as it was then
     */
    public static BorrowedDevice takeForVfio(final PciDevice device) {
        return take(device, true);
    }

    private static BorrowedDevice take(final PciDevice device, final boolean forVfio) {
        final BorrowedDevice borrowed = new BorrowedDevice(device);
        boolean taken = false;
        try {
            if (!isBound(device)) {
                borrowed.unbind();
                if (forVfio) {
                    borrowed.lendToVfio();
                }
            }
            taken = true;
            return borrowed;
        } finally {
            if (!taken) {
                borrowed.close();
            }
        }
    }

    private void lendToVfio() {
        overridden = true;
        write(override(device), VfioFunction.DRIVER);
        write(device.sysfs().resolve("bus/pci/drivers_probe"), device.address());
        if (!isBound(device)) {
            throw new DeviceException(device + " was not taken by vfio-pci: modprobe vfio-pci, and look into the kernel log"
                    + " (dmesg)");
        }
    }

    /**
     * What was taken.
     *
     * @return the device
     */
    public PciDevice device() {
        return device;
    }

    /**
     * Gives the device back to the driver that had it, if one had. Idempotent; may be tried again when it failed.
     *
     * @throws DeviceException if it can not be given back; it is then without a driver
     */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        if (overridden) {
            // An empty line: no driver is preferred.
            write(override(device), overrideBefore.equals(NO_OVERRIDE) ? "\n" : overrideBefore);
        }
        if (isBound(device)) {
            unbind();
        }
        if (driverBefore.isPresent() && device.driver().isEmpty()) {
            write(device.sysfs().resolve("bus/pci/drivers").resolve(driverBefore.get()).resolve("bind"), device.address());
        }
        closed = true;
    }

    private void unbind() {
        if (device.driver().isPresent()) {
            write(device.folder().resolve("driver/unbind"), device.address());
        }
    }

    private static boolean isBound(final PciDevice device) {
        return device.driver().filter(VfioFunction.DRIVER::equals).isPresent();
    }

    private static Path override(final PciDevice device) {
        return device.folder().resolve("driver_override");
    }

    private static String read(final Path file) {
        try {
            return Files.readString(file).strip();
        } catch (final IOException e) {
            throw new DeviceException("can not read " + file + ": is the device still there?", e);
        }
    }

    private static void write(final Path file, final String text) {
        try {
            Files.writeString(file, text);
        } catch (final IOException e) {
            throw new DeviceException("can not write " + file + ": run as root, and where there is no vfio-pci: modprobe"
                    + " vfio-pci", e);
        }
    }
}
