// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli;

import io.github.mapcontig.devices.pci.DeviceException;
import io.github.mapcontig.devices.pci.PciDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A PCI device that was taken away from its driver in the kernel, through sysfs, and is given back by {@link #close()}. */
public final class BorrowedDevice implements AutoCloseable {
    private static final Path DRIVERS = Path.of("/sys/bus/pci/drivers");

    private final PciDevice device;
    private final Path driver;
    private boolean returned;

    private BorrowedDevice(final PciDevice device, final Path driver) {
        this.device = device;
        this.driver = driver;
    }

    /**
     * Takes a device away.
     *
     * @param device a device that a driver has
     * @return the device, which the caller closes to give it back
     * @throws DeviceException if no driver has it, or it is not given
     */
    public static BorrowedDevice take(final PciDevice device) {
        final String name = device.driver()
                .orElseThrow(() -> new DeviceException(device + " has no driver in the kernel to be taken from"));
        final BorrowedDevice borrowed = new BorrowedDevice(device, DRIVERS.resolve(name));
        borrowed.tell("unbind");
        return borrowed;
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
     * Gives the device back. Idempotent.
     *
     * @throws DeviceException if the driver does not take it
     */
    @Override
    public void close() {
        if (!returned) {
            returned = true;
            tell("bind");
        }
    }

    private void tell(final String file) {
        try {
            Files.writeString(driver.resolve(file), device.address());
        } catch (final IOException e) {
            throw new DeviceException("can not write " + device.address() + " to " + driver.resolve(file) + ": run as root", e);
        }
    }
}
