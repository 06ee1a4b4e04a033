// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.internal.source;

import io.github.mapcontig.DmaDirection;
import io.github.mapcontig.internal.libc.Linux;
import io.github.mapcontig.internal.libc.Shims;
import io.github.mapcontig.internal.mapping.Coherency;

/** Of a dma-buf: the kernel does it, for the whole of it, and knows by the importers whether there is anything to do. */
record DmaBufCoherency(Shims shims, int fd) implements Coherency {
    @Override
    public int beginCpuAccess(final long address, final long length, final DmaDirection direction) {
        return sync(Linux.DMA_BUF_SYNC_START, direction);
    }

    @Override
    public int endCpuAccess(final long address, final long length, final DmaDirection direction) {
        return sync(Linux.DMA_BUF_SYNC_END, direction);
    }

    private int sync(final long step, final DmaDirection direction) {
        // What the processor does is the other half of what the device does.
        final long access = switch (direction) {
            case TO_DEVICE -> Linux.DMA_BUF_SYNC_WRITE;
            case FROM_DEVICE -> Linux.DMA_BUF_SYNC_READ;
            case BIDIRECTIONAL -> Linux.DMA_BUF_SYNC_READ | Linux.DMA_BUF_SYNC_WRITE;
        };
        return shims.dma_buf_sync(fd, step | access) == 0 ? 0 : shims.errno();
    }
}
