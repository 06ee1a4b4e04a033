// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.devices.nvme;

import java.nio.ByteBuffer;

/**
 * A page of a PRP list.
 *
 * @param address at which the device finds it
 * @param bytes   the page, little-endian
 */
record ListPage(long address, ByteBuffer bytes) {
    void put(final int index, final long entry) {
        bytes.putLong(index * Long.BYTES, entry);
    }
}
