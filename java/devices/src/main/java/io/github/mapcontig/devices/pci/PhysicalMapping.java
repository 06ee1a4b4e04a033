// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.devices.pci;

import io.github.mapcontig.AddressKind;
import io.github.mapcontig.ContiguousBuffer;
import io.github.mapcontig.DmaLease;
import java.util.Objects;

/** Contiguous memory as a device sees it when nothing translates: at the buffer's own addresses. */
final class PhysicalMapping implements DmaMapping {
    private final ContiguousBuffer buffer;
    private final long base;
    private final long size;
    private final AddressKind kind;
    private final DmaLease lease;

    PhysicalMapping(final ContiguousBuffer buffer) {
        this.buffer = buffer;
        this.base = buffer.physicalAddress();
        this.size = buffer.size();
        this.kind = buffer.addressKind();
        this.lease = buffer.beginDma();
    }

    @Override
    public ContiguousBuffer buffer() {
        return buffer;
    }

    @Override
    public long address(final long offset) {
        return base + Objects.checkIndex(offset, size);
    }

    @Override
    public long contiguousFrom(final long offset) {
        return size - Objects.checkIndex(offset, size);
    }

    @Override
    public AddressKind addressKind() {
        return kind;
    }

    @Override
    public void close() {
        lease.close();
    }
}
