// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

import io.github.mapcontig.internal.platform.Sizes;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The program's turn to access a buffer, between two transfers of a device that may not see what is in the processor's caches. Made by
 * {@link ContiguousBuffer#cpuAccess}. While it is open, closing the buffer does not free the memory. Thread-safe.
 */
public final class CpuAccess implements AutoCloseable {
    private final Allocation allocation;
    private final long address;
    private final long length;
    private final DmaDirection direction;
    private final AtomicBoolean open = new AtomicBoolean(true);

    CpuAccess(final Allocation allocation, final long address, final long length, final DmaDirection direction) {
        this.allocation = allocation;
        this.address = address;
        this.length = length;
        this.direction = direction;
        allocation.mapping().hold();
        boolean begun = false;
        try {
            check(allocation.memory().coherency().beginCpuAccess(address, length, direction), "begin");
            begun = true;
        } finally {
            if (!begun) {
                allocation.mapping().release();
            }
        }
    }

    private void check(final int error, final String what) {
        if (error != 0) {
            throw new ContiguousMemoryException("can not " + what + " access of the processor to " + Sizes.range(address, length),
                    Refusal.of(allocation.source().name(), "what is in caches and in memory may differ", new Errno(error),
                            "look into the log of the driver (dmesg)"), null);
        }
    }

    /**
     * Ends it: the device may go on. Idempotent.
     *
     * @throws ContiguousMemoryException if the system refuses it
     */
    @Override
    public void close() {
        if (!open.compareAndSet(true, false)) {
            return;
        }
        try {
            check(allocation.memory().coherency().endCpuAccess(address, length, direction), "end");
        } finally {
            allocation.mapping().release();
        }
    }
}
