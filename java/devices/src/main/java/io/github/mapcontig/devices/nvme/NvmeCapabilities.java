// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.devices.nvme;

import java.time.Duration;

/**
 * What a controller can do before it is enabled: its register CAP (Base 3.1.3.1).
 *
 * @param maxQueueEntries         entries of the longest queue (MQES, which counts from 0, plus 1)
 * @param contiguousQueuesRequired whether each queue must be physically contiguous (CQR)
 * @param readyTimeout            how long enabling and disabling may take (TO)
 * @param doorbellStride          bytes from one doorbell register to the next (DSTRD)
 * @param nvmCommandSet           whether it reads and writes blocks: the NVM command set (CSS)
 * @param minPageSize             bytes of the smallest memory page that it can be set to (MPSMIN)
 * @param maxPageSize             bytes of the largest one (MPSMAX)
 */
public record NvmeCapabilities(int maxQueueEntries, boolean contiguousQueuesRequired, Duration readyTimeout, int doorbellStride,
                               boolean nvmCommandSet, long minPageSize, long maxPageSize) {
    private static final int TIMEOUT_UNIT_MILLIS = 500;
    private static final int SMALLEST_PAGE_SHIFT = 12;
    private static final int SMALLEST_STRIDE = 4;

    /**
     * Takes the register apart.
     *
     * @param register its 8 bytes
     * @return what it says
     */
    static NvmeCapabilities decode(final long register) {
        return new NvmeCapabilities((int) bits(register, 0, 16) + 1, bits(register, 16, 1) == 1,
                // 0 is not a value that the specification allows; half a second is the least.
                Duration.ofMillis(Math.max(1, bits(register, 24, 8)) * TIMEOUT_UNIT_MILLIS),
                SMALLEST_STRIDE << bits(register, 32, 4), bits(register, 37, 1) == 1,
                1L << SMALLEST_PAGE_SHIFT + bits(register, 48, 4), 1L << SMALLEST_PAGE_SHIFT + bits(register, 52, 4));
    }

    private static long bits(final long register, final int first, final int count) {
        return register >>> first & (1L << count) - 1;
    }
}
