// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli;

import io.github.mapcontig.Extent;
import io.github.mapcontig.cli.memory.FrameSet;
import io.github.mapcontig.cli.memory.SystemRam;
import java.nio.file.Path;

/**
 * A lie, for negative controls: scattered memory, given to a device as if it were contiguous. Only for a device to read from, never to
 * write to: what follows in memory is others'.
 */
public final class ScatteredMapping implements PretendedMapping {
    private final Extent first;
    private final long size;

    private ScatteredMapping(final Extent first, final long size) {
        this.first = first;
        this.size = size;
    }

    /**
     * Chooses a page behind which there is memory, whosever, but not the page that follows in the mapping.
     *
     * @param memory scattered memory
     * @param size   bytes that the device is to read
     * @return the mapping, of {@link #offset()} and what follows
     * @throws IllegalStateException if there is no such page
     */
    public static ScatteredMapping of(final ScatteredMemory memory, final long size) {
        final long pageSize = memory.pageSize();
        final FrameSet ram = SystemRam.read(Path.of("/"), pageSize)
                .orElseThrow(() -> new IllegalStateException("/proc/iomem does not tell where there is memory: run as root"));
        return memory.prove().extents().stream()
                .filter(extent -> extent.length() == pageSize && extent.offset() + size <= memory.length())
                .filter(extent -> ram.runs().stream().anyMatch(run -> run.first() * pageSize <= extent.physicalAddress()
                        && extent.physicalAddress() + size <= run.end() * pageSize))
                .findFirst().map(extent -> new ScatteredMapping(extent, size))
                .orElseThrow(() -> new IllegalStateException("the control is broken: the memory is not scattered"));
    }

    /**
     * Where in the scattered memory the mapping begins.
     *
     * @return the offset of a page
     */
    public long offset() {
        return first.offset();
    }

    @Override
    public long physicalAddress() {
        return first.physicalAddress();
    }

    @Override
    public long size() {
        return size;
    }
}
