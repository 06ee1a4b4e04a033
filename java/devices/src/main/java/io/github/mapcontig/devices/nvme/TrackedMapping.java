// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.devices.nvme;

import io.github.mapcontig.AddressKind;
import io.github.mapcontig.ContiguousBuffer;
import io.github.mapcontig.devices.pci.DmaMapping;

/** A mapping that stays open, whoever closes it, while a command that uses it is under way. Thread-safe. */
final class TrackedMapping implements DmaMapping {
    private final DmaMapping mapping;
    private int users;
    private boolean closed;

    TrackedMapping(final DmaMapping mapping) {
        this.mapping = mapping;
    }

    synchronized void retain() {
        if (closed) {
            throw new IllegalStateException("the mapping is closed: map the buffer again");
        }
        users++;
    }

    synchronized void release() {
        users--;
        if (closed && users == 0) {
            mapping.close();
        }
    }

    @Override
    public ContiguousBuffer buffer() {
        return mapping.buffer();
    }

    @Override
    public long address(final long offset) {
        return mapping.address(offset);
    }

    @Override
    public long contiguousFrom(final long offset) {
        return mapping.contiguousFrom(offset);
    }

    @Override
    public AddressKind addressKind() {
        return mapping.addressKind();
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            if (users == 0) {
                mapping.close();
            }
        }
    }
}
