// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.devices.pci;

import io.github.mapcontig.AddressKind;
import io.github.mapcontig.ContiguousBuffer;
import io.github.mapcontig.DmaLease;
import io.github.mapcontig.Extent;
import java.util.List;
import java.util.Objects;

/** Memory of several extents as a device sees it when nothing translates: each at its own addresses. */
final class PhysicalPieces implements DmaMapping {
    private final ContiguousBuffer buffer;
    private final long size;
    private final AddressKind kind;
    private final DmaLease lease;
    private final List<Extent> extents;
    /** Where the last search ended, and the next one, of a list that is built from front to back, will: a race only makes it search. */
    private int hint;

    PhysicalPieces(final ContiguousBuffer buffer) {
        this.buffer = buffer;
        this.size = buffer.size();
        this.kind = buffer.addressKind();
        this.extents = buffer.extents();
        this.lease = buffer.beginDma();
    }

    @Override
    public ContiguousBuffer buffer() {
        return buffer;
    }

    @Override
    public long address(final long offset) {
        final Extent extent = at(offset);
        return extent.physicalAddress() + offset - extent.offset();
    }

    @Override
    public long contiguousFrom(final long offset) {
        return at(offset).endOffset() - offset;
    }

    @Override
    public AddressKind addressKind() {
        return kind;
    }

    @Override
    public void close() {
        lease.close();
    }

    private Extent at(final long offset) {
        Objects.checkIndex(offset, size);
        final int start = hint;
        for (int index = start; index < Math.min(start + 2, extents.size()); index++) {
            final Extent extent = extents.get(index);
            if (extent.offset() <= offset && offset < extent.endOffset()) {
                hint = index;
                return extent;
            }
        }
        return search(offset);
    }

    private Extent search(final long offset) {
        int low = 0;
        int high = extents.size() - 1;
        while (low < high) {
            final int middle = low + high >>> 1;
            if (offset < extents.get(middle).endOffset()) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        hint = low;
        return extents.get(low);
    }
}
