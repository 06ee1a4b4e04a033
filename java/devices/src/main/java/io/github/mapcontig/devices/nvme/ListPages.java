// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.devices.nvme;

import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.LongFunction;

/**
 * Pages for PRP lists, or segments for SGLs, used again and again. It grows by 64 KiB when none is left, so that it holds as many as
 * were ever needed at a time. Not thread-safe.
 */
final class ListPages {
    private static final long CHUNK = 1 << 16;

    private final LongFunction<DeviceMemory> allocator;
    private final int pageSize;
    private final List<DeviceMemory> chunks = new ArrayList<>();
    private final Deque<ListPage> free = new ArrayDeque<>();

    ListPages(final LongFunction<DeviceMemory> allocator, final int pageSize) {
        this.allocator = allocator;
        this.pageSize = pageSize;
    }

    /** Bytes of each. */
    int pageSize() {
        return pageSize;
    }

    ListPage acquire() {
        if (free.isEmpty()) {
            grow();
        }
        return free.pop();
    }

    void release(final List<ListPage> pages) {
        pages.forEach(free::push);
    }

    /** Frees all of it: no controller looks at it any more. */
    void close() {
        free.clear();
        chunks.forEach(DeviceMemory::close);
        chunks.clear();
    }

    private void grow() {
        final DeviceMemory chunk = allocator.apply(Math.max(CHUNK, pageSize));
        chunks.add(chunk);
        for (int offset = 0; offset + pageSize <= chunk.bytes().capacity(); offset += pageSize) {
            free.add(new ListPage(chunk.address() + offset, chunk.bytes().slice(offset, pageSize).order(ByteOrder.LITTLE_ENDIAN)));
        }
    }
}
