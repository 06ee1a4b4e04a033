// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.devices.pci;

/** The commands that give a device to another driver. */
final class DriverAdvice {
    private static final String THEN = " && ";

    private DriverAdvice() {
    }

    /** Takes a device away from the driver that has it. */
    static String unbind(final PciDevice device) {
        return device.driver().map(driver -> "echo " + device.address() + " > /sys/bus/pci/drivers/" + driver + "/unbind").orElse("");
    }

    /** Gives a device to vfio-pci. */
    static String bindToVfio(final PciDevice device) {
        final String unbind = unbind(device);
        return unbind + (unbind.isEmpty() ? "" : THEN) + "echo " + VfioFunction.DRIVER + " > /sys/bus/pci/devices/" + device.address()
                + "/driver_override" + THEN + "echo " + device.address() + " > /sys/bus/pci/drivers_probe";
    }
}
