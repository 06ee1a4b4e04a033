// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.internal.source;

import io.github.mapcontig.DmaDirection;
import io.github.mapcontig.internal.mapping.Coherency;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Of a u-dma-buf device: its driver does it when it is written to its file sync_for_cpu or sync_for_device. The part and the
 * direction go along in the same number, so that two threads can not mix theirs up.
 */
record UDmaBufCoherency(Path folder, long start) implements Coherency {
    private static final int EIO = 5;
    private static final int EOVERFLOW = 75;
    /** The driver takes sizes in multiples of this in that number. */
    private static final long UNIT = 16;
    private static final long MAX_SIZE = 0xFFFF_FFF0L;

    @Override
    public int beginCpuAccess(final long address, final long length, final DmaDirection direction) {
        return sync("sync_for_cpu", address, length, direction);
    }

    @Override
    public int endCpuAccess(final long address, final long length, final DmaDirection direction) {
        return sync("sync_for_device", address, length, direction);
    }

    private int sync(final String file, final long address, final long length, final DmaDirection direction) {
        // DMA_BIDIRECTIONAL, DMA_TO_DEVICE, DMA_FROM_DEVICE of the kernel
        final int code = switch (direction) {
            case BIDIRECTIONAL -> 0;
            case TO_DEVICE -> 1;
            case FROM_DEVICE -> 2;
        };
        final long end = address + length - start;
        for (long offset = address - start & -UNIT; offset < end; offset += MAX_SIZE) {
            if (offset >>> Integer.SIZE != 0) {
                return EOVERFLOW;
            }
            final long size = Math.min(end - offset + UNIT - 1 & -UNIT, MAX_SIZE);
            // offset in the upper half, size in the lower, whose low bits are direction (3..2) and "now" (0)
            final long command = offset << 32 | size | (long) code << 2 | 1;
            try {
                Files.writeString(folder.resolve(file), String.format(Locale.ROOT, "0x%016X", command));
            } catch (final IOException e) {
                return EIO;
            }
        }
        return 0;
    }
}
