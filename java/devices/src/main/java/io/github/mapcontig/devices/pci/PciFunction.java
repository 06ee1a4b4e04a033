// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.devices.pci;

import io.github.mapcontig.ContiguousBuffer;

/**
 * A PCI function in use by this process: it answers at its registers and may access memory by itself until it is closed, which
 * leaves its command register as it was.
 *
 * <p>Nothing keeps a second process from opening the same device. Thread-safe.
 */
public interface PciFunction extends AutoCloseable {
    /**
     * Takes a device into use: lets it answer at its registers and access memory, and maps its first BAR.
     *
     * @param device the device
     * @return the function, which the caller closes
     * @throws DeviceException if a driver in the kernel has the device, if an IOMMU gives addresses another meaning, or if the
     *                         process may not; the device is as it was then
     */
    static PciFunction open(final PciDevice device) {
        return SysfsFunction.open(device);
    }

    /**
     * What this is.
     *
     * @return the device
     */
    PciDevice device();

    /**
     * The registers.
     *
     * @return the first BAR
     */
    MmioRegion bar0();

    /**
     * Makes a buffer reachable for the device, and tells the addresses under which it is.
     *
     * @param buffer what the device is to access
     * @return the mapping, which the caller closes when the device is done with the buffer
     * @throws IllegalStateException if the buffer or the function is closed, or the buffer has no address for a device; the
     *                               message says what to do
     */
    DmaMapping map(ContiguousBuffer buffer);

    /** Stops the device from accessing memory, gives it back, and makes its registers unreachable. Idempotent. */
    @Override
    void close();
}
