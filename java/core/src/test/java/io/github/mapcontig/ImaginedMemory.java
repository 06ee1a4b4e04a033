// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Buffers for tests of drivers: real memory, at addresses that are imagined and none of which is given out twice. */
public final class ImaginedMemory {
    private static final long APART = 1 << 20;

    private final FakeMachine machine;
    private final List<ContiguousBuffer> buffers = new ArrayList<>();
    private long nextFrame = FakeMachine.FIRST_PFN;

    public ImaginedMemory(final Path root) {
        machine = new FakeMachine(root);
    }

    public synchronized ContiguousBuffer allocate(final long size) {
        final long first = nextFrame;
        nextFrame += APART;
        machine.word = page -> PagemapEntry.PRESENT | first + page;
        final ContiguousBuffer buffer = machine.request().size(size).allocate();
        buffers.add(buffer);
        return buffer;
    }

    /** Locked pages, in every other frame: as many extents as pages. */
    public synchronized ContiguousBuffer allocateScattered(final long size, final boolean pinned) {
        final long first = nextFrame;
        nextFrame += APART;
        machine.word = page -> PagemapEntry.PRESENT | first + 2 * page;
        final ContiguousBuffer buffer = machine.request().size(size).sources(Source.LOCKED).maxExtents(AllocationRequest.ANY_EXTENTS)
                .pinned(pinned).allocate();
        buffers.add(buffer);
        return buffer;
    }

    public synchronized void closeAll() {
        buffers.forEach(ContiguousBuffer::close);
    }

    /** How many mappings hold memory: those of buffers that are not closed, or whose leases are not. */
    public synchronized long held() {
        return machine.libC.mapped.size();
    }
}
