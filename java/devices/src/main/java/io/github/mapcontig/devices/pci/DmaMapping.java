// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.devices.pci;

import io.github.mapcontig.AddressKind;
import io.github.mapcontig.ContiguousBuffer;

/**
 * A buffer that a device may access, and the addresses at which the device finds it: without a gap, unless the mapping was made by
 * {@link PciFunction#mapPieces}.
 *
 * <p>While the mapping is open it holds a {@link io.github.mapcontig.DmaLease lease} of the buffer: closing the buffer then does not
 * free the memory. A driver whose device may still be at work does not close the mapping, so that the memory is not given to others.
 * One that is dropped without close keeps the memory until the process ends.
 *
 * <p>Made by {@link PciFunction#map} and {@link PciFunction#mapPieces}. Thread-safe.
 */
public interface DmaMapping extends AutoCloseable {
    /**
     * What is mapped.
     *
     * @return the buffer
     */
    ContiguousBuffer buffer();

    /**
     * The address by which the device reaches a byte of the buffer.
     *
     * @param offset of the byte in the buffer
     * @return the address
     * @throws IndexOutOfBoundsException if it is not in the buffer
     */
    long address(long offset);

    /**
     * How far the device may go on from a byte of the buffer: the bytes from there on whose addresses follow each other. Without
     * {@link PciFunction#mapPieces} that is all of the rest.
     *
     * @param offset of the byte in the buffer
     * @return bytes, at least 1
     * @throws IndexOutOfBoundsException if it is not in the buffer
     */
    long contiguousFrom(long offset);

    /**
     * What the addresses are: the buffer's own {@linkplain ContiguousBuffer#addressKind() kind} where nothing translates
     * between the device and the memory, and {@link AddressKind#IO_VIRTUAL} where an IOMMU does.
     *
     * @return the kind
     */
    AddressKind addressKind();

    /**
     * Ends the device's access: the device is done. Behind an IOMMU it does not reach the memory any more when this returns.
     * Idempotent.
     *
     * @throws IllegalStateException if the IOMMU's mapping can not be taken away; the memory stays allocated, and close may be
     *                               tried again
     */
    @Override
    void close();
}
