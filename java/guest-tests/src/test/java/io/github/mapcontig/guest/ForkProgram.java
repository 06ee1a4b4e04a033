// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.guest;

import io.github.mapcontig.ByteRange;
import io.github.mapcontig.ContiguousBuffer;
import io.github.mapcontig.ContiguousMemory;
import io.github.mapcontig.Sharing;
import java.util.List;

/** Starts processes while a thread writes to a buffer. A JVM of its own, since how it forks is set once and for all. */
final class ForkProgram {
    private static final long SIZE = 16 << 20;
    private static final int PROCESSES = 20;

    private ForkProgram() {
    }

    /**
     * Ends with status 0 if no page moved.
     *
     * @param args a {@link Sharing}
     */
    public static void main(final String[] args) throws Exception {
        try (ContiguousBuffer buffer = ContiguousMemory.request().size(SIZE).sharing(Sharing.valueOf(args[0])).allocate()) {
            final Thread writer = new Thread(() -> {
                for (long value = 1; !Thread.currentThread().isInterrupted(); value++) {
                    for (long page = 0; page < SIZE; page += buffer.pageSize()) {
                        buffer.putLong(page, value);
                    }
                }
            });
            writer.start();
            for (int i = 0; i < PROCESSES; i++) {
                final Process child = new ProcessBuilder("/bin/sleep", "0.1").start();
                final List<ByteRange> moved = buffer.verify().movedSince(buffer.proof());
                if (!moved.isEmpty()) {
                    throw new AssertionError("moved with the child alive: " + moved);
                }
                child.waitFor();
            }
            writer.interrupt();
            writer.join();
            final List<ByteRange> moved = buffer.verify().movedSince(buffer.proof());
            if (!moved.isEmpty()) {
                throw new AssertionError("moved: " + moved);
            }
            System.out.println("no page moved");
        }
    }
}
