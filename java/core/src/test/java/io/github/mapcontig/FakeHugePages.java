// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

import io.github.mapcontig.internal.libc.Linux;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/** Pools of imagined huge pages, which lie where the test says, and the files made of them. */
final class FakeHugePages {
    /** What the size of a page of a file is, where each page lies, and who uses it. */
    private static final class HugeFile {
        private final long pageSize;
        private final Map<Long, Long> places = new TreeMap<>();
        private boolean open = true;

        HugeFile(final long pageSize) {
            this.pageSize = pageSize;
        }
    }

    /** Physical addresses of free pages by page size, in the order in which the kernel gives them out. */
    private final Map<Long, Deque<Long>> free = new TreeMap<>();
    /** Told of the page size and how many are free when that has changed, or may have. */
    BiConsumer<Long, Integer> onChange = (pageSize, count) -> { };
    /** Pages that somebody has. */
    private long missing;
    private final Map<Integer, HugeFile> files = new HashMap<>();
    /** Which file's page is mapped at an address. */
    private final TreeMap<Long, HugeFile> mapped = new TreeMap<>();

    synchronized void add(final long pageSize, final List<Long> places) {
        free.computeIfAbsent(pageSize, size -> new ArrayDeque<>()).addAll(places);
    }

    synchronized int free(final long pageSize) {
        return free.get(pageSize).size();
    }

    /** How many pages somebody has. */
    synchronized long missing() {
        return missing;
    }

    synchronized void open(final int fd, final int flags) {
        files.put(fd, new HugeFile(1L << (flags >>> Linux.MFD_HUGE_SHIFT)));
    }

    synchronized boolean has(final int fd) {
        return files.containsKey(fd);
    }

    synchronized long pageSize(final int fd) {
        return files.get(fd).pageSize;
    }

    /** Whether there are pages enough for a part of a file; from then on they are the file's. */
    synchronized boolean take(final int fd, final long offset, final long length) {
        final HugeFile file = files.get(fd);
        final Deque<Long> pool = free.get(file.pageSize);
        for (long page = offset; page < offset + length; page += file.pageSize) {
            if (!file.places.containsKey(page)) {
                if (pool.isEmpty()) {
                    return false;
                }
                file.places.put(page, pool.remove());
                missing++;
            }
        }
        changed(file);
        return true;
    }

    /** Notes that a page of a file is mapped. */
    synchronized long map(final int fd, final long offset, final long address) {
        mapped.put(address, files.get(fd));
        return files.get(fd).places.get(offset);
    }

    synchronized void unmap(final long address, final long length) {
        final Map<Long, HugeFile> gone = mapped.subMap(address, address + length);
        final List<HugeFile> of = List.copyOf(gone.values());
        gone.clear();
        of.forEach(this::freeIfUnused);
    }

    synchronized void punch(final int fd, final long offset) {
        final HugeFile file = files.get(fd);
        free.get(file.pageSize).add(file.places.remove(offset));
        missing--;
        changed(file);
    }

    synchronized void close(final int fd) {
        final HugeFile file = files.remove(fd);
        if (file != null) {
            file.open = false;
            freeIfUnused(file);
        }
    }

    private void freeIfUnused(final HugeFile file) {
        if (!file.open && !mapped.containsValue(file)) {
            free.get(file.pageSize).addAll(file.places.values());
            missing -= file.places.size();
            file.places.clear();
            changed(file);
        }
    }

    private void changed(final HugeFile file) {
        onChange.accept(file.pageSize, free.get(file.pageSize).size());
    }
}
