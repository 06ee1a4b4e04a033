// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

import io.github.mapcontig.internal.platform.Sizes;

/**
 * A physically contiguous part of a virtual range.
 *
 * @param offset          where the part starts, bytes from the start of the virtual range
 * @param physicalAddress where it lies in memory
 * @param length          bytes, greater than 0
 */
public record Extent(long offset, long physicalAddress, long length) {
    /**
     * Where the next part would start.
     *
     * @return offset of the first byte after it, from the start of the virtual range
     */
    public long endOffset() {
        return offset + length;
    }

    /**
     * Its last physical address.
     *
     * @return address of the last byte
     */
    public long lastPhysicalAddress() {
        return physicalAddress + length - 1;
    }

    /** The three numbers in words. */
    @Override
    public String toString() {
        return Sizes.exact(length) + " at offset 0x" + Long.toHexString(offset) + ": physical "
                + Sizes.range(physicalAddress, length);
    }
}
