// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli;

import io.github.mapcontig.AddressKind;
import io.github.mapcontig.ContiguousBuffer;
import io.github.mapcontig.devices.pci.DmaMapping;
import java.util.Objects;

/**
 * A lie, for negative controls: physical addresses, told to a device behind an IOMMU for which nothing is mapped there.
 *
 * @param physicalAddress of the first byte
 * @param size            bytes
 */
record UnmappedMemory(long physicalAddress, long size) implements DmaMapping {
    @Override
    public ContiguousBuffer buffer() {
        throw new UnsupportedOperationException("only addresses");
    }

    @Override
    public long address(final long offset) {
        return physicalAddress + Objects.checkIndex(offset, size);
    }

    @Override
    public long contiguousFrom(final long offset) {
        return size - Objects.checkIndex(offset, size);
    }

    @Override
    public AddressKind addressKind() {
        return AddressKind.PHYSICAL;
    }

    @Override
    public void close() {
        // nothing is mapped
    }
}
