// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.devices.pci;

import io.github.mapcontig.AddressKind;
import io.github.mapcontig.ContiguousBuffer;
import io.github.mapcontig.DmaLease;
import java.util.Objects;

/** Memory as a device sees it through an IOMMU: at addresses that were chosen for it, without gaps however the memory lies. */
final class VfioMapping implements DmaMapping {
    /** Keeps the device open: without it the addresses would mean nothing. */
    private final VfioFunction function;
    private final VfioAddressSpace space;
    private final ContiguousBuffer buffer;
    private final DmaLease lease;
    private final long size;
    private final long iova;
    private final long lead;
    private boolean closed;

    private VfioMapping(final VfioFunction function, final VfioAddressSpace space, final ContiguousBuffer buffer,
                        final DmaLease lease) {
        final PageSpan span = space.pages(buffer);
        this.function = function;
        this.space = space;
        this.buffer = buffer;
        this.lease = lease;
        this.size = buffer.size();
        this.lead = buffer.address() - span.address();
        this.iova = space.map(buffer, span);
    }

    /** As {@link PciFunction#map}. */
    static VfioMapping of(final VfioFunction function, final VfioAddressSpace space, final ContiguousBuffer buffer) {
        // Before anything is pinned: pinned memory that is unmapped would stay reachable for the device.
        final DmaLease lease = buffer.beginDma();
        boolean mapped = false;
        try {
            final VfioMapping mapping = new VfioMapping(function, space, buffer, lease);
            mapped = true;
            return mapping;
        } finally {
            if (!mapped) {
                lease.close();
            }
        }
    }

    @Override
    public ContiguousBuffer buffer() {
        return buffer;
    }

    @Override
    public long address(final long offset) {
        return iova + lead + Objects.checkIndex(offset, size);
    }

    @Override
    public long contiguousFrom(final long offset) {
        return size - Objects.checkIndex(offset, size);
    }

    @Override
    public AddressKind addressKind() {
        return AddressKind.IO_VIRTUAL;
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            space.unmap(iova);
            closed = true;
            lease.close();
        }
    }

    @Override
    public String toString() {
        return buffer + " at device address 0x" + Long.toHexString(iova + lead) + " of " + function.device();
    }
}
