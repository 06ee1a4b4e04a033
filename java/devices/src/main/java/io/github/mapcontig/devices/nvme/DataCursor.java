// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.devices.nvme;

import io.github.mapcontig.devices.pci.DmaMapping;

/** Goes through the memory of a transfer, as the device sees it, from front to back. Not thread-safe. */
final class DataCursor {
    private final DmaMapping memory;
    private long offset;
    private long left;
    private long address;
    private long run;

    /**
     * Stands before the first byte.
     *
     * @param memory where the transfer's data is
     * @param offset of its first byte there
     * @param length bytes, greater than 0
     */
    DataCursor(final DmaMapping memory, final long offset, final long length) {
        this.memory = memory;
        this.offset = offset;
        this.left = length;
        look();
    }

    /** Of the next byte. */
    long address() {
        return address;
    }

    /** How many bytes are to come. */
    long left() {
        return left;
    }

    /** How many of them follow each other for the device. */
    long run() {
        return run;
    }

    /**
     * Goes on.
     *
     * @param bytes at most {@link #run()}
     */
    void skip(final long bytes) {
        offset += bytes;
        left -= bytes;
        address += bytes;
        run -= bytes;
        if (run == 0 && left > 0) {
            look();
        }
    }

    private void look() {
        address = memory.address(offset);
        run = Math.min(left, memory.contiguousFrom(offset));
    }
}
