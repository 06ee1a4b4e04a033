// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The file descriptors of an imagined process: what they are of, which are open, and who holds a lock (flock). */
final class FakeDescriptors {
    /** The file that stands for closed memory, which is kept for the life of the process. */
    private static final String TOMBSTONE = "mapcontig-closed";

    private final Map<Integer, String> open = new TreeMap<>();
    private final Map<String, Integer> locks = new HashMap<>();

    synchronized int add(final int fd, final String name) {
        open.put(fd, name);
        return fd;
    }

    synchronized void close(final int fd) {
        if (open.remove(fd) == null) {
            throw new AssertionError("descriptor " + fd + " is closed, and it was not open");
        }
        locks.values().remove(fd);
    }

    /** Whether the file is free, or has this descriptor's lock already. */
    synchronized boolean lock(final int fd) {
        return locks.putIfAbsent(open.get(fd), fd) == null || locks.get(open.get(fd)) == fd;
    }

    synchronized boolean isTombstone(final int fd) {
        return TOMBSTONE.equals(open.get(fd));
    }

    /** The names of all that is open, but for what is kept. */
    synchronized List<String> names() {
        return open.values().stream().filter(name -> !name.equals(TOMBSTONE)).toList();
    }
}
