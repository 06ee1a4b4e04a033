// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.devices.pci;

import io.github.mapcontig.ContiguousBuffer;
import org.apache.commons.lang3.Validate;

/**
 * A PCI function in use by this process: it answers at its registers and may access memory by itself until it is closed, which
 * leaves its command register as it was, with bus mastering off.
 *
 * <p>There are two ways to one. Through VFIO, if the device is bound to the driver vfio-pci ({@link BorrowedDevice}): an IOMMU
 * translates, the device reaches only what was {@linkplain #map mapped} for it, buffers need neither a proof nor to be
 * contiguous, and no other process can open the device or another of its IOMMU group. Through sysfs, if no driver has the
 * device and no IOMMU translates for it: the device reaches all memory by physical addresses, and nothing keeps a second
 * process from opening it.
 *
 * <p>Thread-safe.
 */
public interface PciFunction extends AutoCloseable {
    /** The address bits of a page: less makes no sense. */
    int MIN_ADDRESS_BITS = 12;

    /** What devices put out at most. */
    int MAX_ADDRESS_BITS = 64;

    /**
     * Takes a device into use: lets it answer at its registers and access memory, and maps its first BAR. Through VFIO it is
     * also reset first, if it can be.
     *
     * @param device the device
     * @return the function, which the caller closes
     * @throws DeviceException if a driver in the kernel has the device, if an IOMMU gives addresses another meaning, or if the
     *                         process may not; the message has the commands that change it, and the device is as it was then
     */
    static PciFunction open(final PciDevice device) {
        return open(device, MAX_ADDRESS_BITS);
    }

    /**
     * The same for a device that does not put out all address bits. Through VFIO it is given addresses that it can put out,
     * wherever the memory is; through sysfs, buffers that lie higher are refused.
     *
     * @param device      the device
     * @param addressBits how many address bits it puts out, 12 to 64, as its documentation says
     * @return the function, which the caller closes
     * @throws DeviceException as for {@link #open(PciDevice)}
     */
    static PciFunction open(final PciDevice device, final int addressBits) {
        Validate.inclusiveBetween(MIN_ADDRESS_BITS, MAX_ADDRESS_BITS, addressBits,
                "a device puts out 12 to 64 address bits: " + addressBits);
        return device.driver().filter(VfioFunction.DRIVER::equals).isPresent()
                ? VfioFunction.open(device, addressBits, VfioSystem.real()) : SysfsFunction.open(device, addressBits);
    }

    /**
     * What this is.
     *
     * @return the device
     */
    PciDevice device();

    /**
     * How many address bits the device puts out, as {@link #open(PciDevice, int)} was told.
     *
     * @return 12 to 64
     */
    int addressBits();

    /**
     * Makes sure that the device can put out some addresses. Of higher ones it would leave the upper bits out, and meet other memory.
     * {@link #map} does this by itself.
     *
     * @param address of the first byte, as the device is to put it out
     * @param length  bytes, greater than 0
     * @throws DeviceException if it can not
     */
    default void checkReach(final long address, final long length) {
        final long last = address + length - 1;
        if (addressBits() < MAX_ADDRESS_BITS && last >>> addressBits() != 0) {
            throw new DeviceException(device() + " puts out " + addressBits() + " address bits and does not reach 0x"
                    + Long.toHexString(last) + ": allocate with .addressBits(" + addressBits() + "), or drive it through VFIO");
        }
    }

    /**
     * The registers.
     *
     * @return the first BAR
     */
    MmioRegion bar0();

    /**
     * Makes a buffer reachable for the device, and tells the addresses under which it is.
     *
     * <p>Through VFIO this pins the buffer's pages and fills the IOMMU's page tables, which takes time for each physically
     * contiguous piece and page: map once, not for each transfer. What it pins counts towards RLIMIT_MEMLOCK, also what is
     * locked already. Pages that the kernel may move can move a last time in it. Of a slice whole pages are mapped.
     *
     * @param buffer what the device is to access
     * @return the mapping, which the caller closes when the device is done with the buffer
     * @throws IllegalStateException if the buffer or the function is closed, or the buffer has no address for a device; the
     *                               message says what to do
     * @throws DeviceException       if the device does not put out enough address bits for it, the kernel refuses to map it,
     *                               or no addresses are left
     */
    DmaMapping map(ContiguousBuffer buffer);

    /**
     * The same for a device that takes lists of addresses: where nothing translates for it, the buffer may have several extents
     * ({@link io.github.mapcontig.AllocationRequest.Builder#maxExtents}), and {@link DmaMapping#contiguousFrom} tells where one ends.
     * Through VFIO there is one piece in any case.
     *
     * @param buffer what the device is to access; with several extents it must be pinned
     * @return the mapping, which the caller closes when the device is done with the buffer
     * @throws IllegalStateException as for {@link #map}, or if the kernel may move the pages of several extents
     * @throws DeviceException       as for {@link #map}
     */
    DmaMapping mapPieces(ContiguousBuffer buffer);

    /** Stops the device from accessing memory, gives it back, and makes its registers unreachable. Idempotent. */
    @Override
    void close();
}
