// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.devices.pci;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A device lent to the driver vfio-pci, by what sysfs has for it; closed, it goes back to the driver that had it. Takes root,
 * as the only thing about VFIO that does: who may open /dev/vfio/GROUP may drive the device.
 *
 * <p>Not thread-safe; nothing keeps others from doing the same.
 */
public final class VfioBinding implements AutoCloseable {
    private static final String NO_OVERRIDE = "(null)";

    private final PciDevice device;
    private final Optional<String> driverBefore;
    private final String overrideBefore;
    private boolean closed;

    private VfioBinding(final PciDevice device) {
        this.device = device;
        this.driverBefore = device.driver();
        this.overrideBefore = read(override(device));
        // What vfio-pci has already is somebody else's to give back.
        this.closed = isBound(device);
    }

    /**
     * Gives a device to vfio-pci, and takes it away from the driver that has it. One that vfio-pci has already is left as it
     * is, and stays so on close.
     *
     * @param device a device that nobody uses: not the disk or the network that this machine runs on
     * @return the binding, which the caller closes after the {@link PciFunction}
     * @throws DeviceException if the driver does not take it; the device is as it was then
     */
    public static VfioBinding bind(final PciDevice device) {
        final VfioBinding binding = new VfioBinding(device);
        boolean bound = false;
        try {
            if (!isBound(device)) {
                binding.lend();
            }
            bound = true;
            return binding;
        } finally {
            if (!bound) {
                binding.close();
            }
        }
    }

    private void lend() {
        if (driverBefore.isPresent()) {
            write(device.folder().resolve("driver/unbind"), device.address());
        }
        write(override(device), VfioFunction.DRIVER);
        write(probe(device), device.address());
        if (!isBound(device)) {
            throw new DeviceException(device + " was not taken by vfio-pci: modprobe vfio-pci, and look into the kernel log"
                    + " (dmesg)");
        }
    }

    /**
     * What is lent.
     *
     * @return the device
     */
    public PciDevice device() {
        return device;
    }

    private static boolean isBound(final PciDevice device) {
        return device.driver().filter(VfioFunction.DRIVER::equals).isPresent();
    }

    private static Path override(final PciDevice device) {
        return device.folder().resolve("driver_override");
    }

    private static Path probe(final PciDevice device) {
        return device.sysfs().resolve("bus/pci/drivers_probe");
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
        // An empty line: no driver is preferred.
        write(override(device), overrideBefore.equals(NO_OVERRIDE) ? "\n" : overrideBefore);
        if (isBound(device)) {
            write(device.folder().resolve("driver/unbind"), device.address());
        }
        if (driverBefore.isPresent() && device.driver().isEmpty()) {
            write(probe(device), device.address());
        }
        closed = true;
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
