// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.devices.nvme;

import java.nio.ByteBuffer;

/**
 * A page of a PRP list, or a segment of an SGL: contiguous for the device.
 *
 * @param address at which the device finds it
 * @param bytes   its content, little-endian
 */
record ListPage(long address, ByteBuffer bytes) {
    void put(final int index, final long entry) {
        bytes.putLong(index * Long.BYTES, entry);
    }

    void put(final int index, final long first, final long second) {
        put(2 * index, first);
        put(2 * index + 1, second);
    }
}
