// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli;

import io.github.mapcontig.AddressKind;
import io.github.mapcontig.ContiguousBuffer;
import io.github.mapcontig.devices.pci.DmaMapping;
import java.util.Objects;

/** A lie, for negative controls: physical addresses that follow each other, with no buffer behind them. Nothing is mapped for it, or held. */
interface PretendedMapping extends DmaMapping {
    /** Of the first byte. */
    long physicalAddress();

    /** Bytes. */
    long size();

    @Override
    default ContiguousBuffer buffer() {
        throw new UnsupportedOperationException("only addresses");
    }

    @Override
    default long address(final long offset) {
        return physicalAddress() + Objects.checkIndex(offset, size());
    }

    @Override
    default long contiguousFrom(final long offset) {
        return size() - Objects.checkIndex(offset, size());
    }

    @Override
    default AddressKind addressKind() {
        return AddressKind.PHYSICAL;
    }

    @Override
    default void close() {
        // Whoever has the memory closes it
    }
}
