// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.devices.nvme;

import io.github.mapcontig.ContiguousBuffer;
import io.github.mapcontig.devices.pci.DeviceException;
import io.github.mapcontig.devices.pci.DmaMapping;
import io.github.mapcontig.devices.pci.PciFunction;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Memory that the driver itself shares with the controller: zeroed, contiguous, at one address for the device. */
final class DeviceMemory {
    private final ContiguousBuffer buffer;
    private final DmaMapping mapping;
    private final ByteBuffer bytes;

    private DeviceMemory(final ContiguousBuffer buffer, final DmaMapping mapping) {
        this.buffer = buffer;
        this.mapping = mapping;
        this.bytes = buffer.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Makes a buffer known to the device. It belongs to the result then, and is closed if that fails.
     *
     * @param function  the device
     * @param buffer    the buffer
     * @param alignment of its address for the device
     * @return the memory
     */
    static DeviceMemory of(final PciFunction function, final ContiguousBuffer buffer, final long alignment) {
        DmaMapping mapping = null;
        boolean done = false;
        try {
            mapping = function.map(buffer);
            if (mapping.address(0) % alignment != 0) {
                throw new DeviceException(function.device() + " was given memory at 0x" + Long.toHexString(mapping.address(0))
                        + ", and needs it at a multiple of " + alignment);
            }
            done = true;
            return new DeviceMemory(buffer, mapping);
        } finally {
            if (!done) {
                if (mapping != null) {
                    mapping.close();
                }
                buffer.close();
            }
        }
    }

    /** At which address the device finds it. */
    long address() {
        return mapping.address(0);
    }

    /** Its content, little-endian. */
    ByteBuffer bytes() {
        return bytes;
    }

    /** Frees it: no device accesses it any more. */
    void close() {
        mapping.close();
        buffer.close();
    }
}
