// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.devices.nvme;

import io.github.mapcontig.ContiguousBuffer;

/** Gives memory for rings and lists. */
interface MemorySource {
    /**
     * Allocates memory.
     *
     * @param size      bytes
     * @param alignment of its address
     * @return contiguous, zeroed, and where it is until it is closed
     */
    ContiguousBuffer allocate(long size, long alignment);
}
