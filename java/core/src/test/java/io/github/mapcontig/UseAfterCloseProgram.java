// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/** Run by {@link UseAfterCloseTest} in a JVM of its own, since what it does may end the JVM. */
final class UseAfterCloseProgram {
    /** Larger than anything the JVM maps meanwhile, so that what is unmapped stays a hole at its lower end. */
    private static final int SIZE = 64 << 20;

    private UseAfterCloseProgram() {
    }

    /**
     * Uses views of a buffer after its end.
     *
     * @param args a folder for the imagined machine; "close", or "unmap" for what would happen without a tombstone
     */
    public static void main(final String[] args) {
        final FakeMachine machine = new FakeMachine(Path.of(args[0]));
        final ContiguousBuffer buffer = machine.request().size(SIZE).allocate();
        final ByteBuffer view = buffer.asByteBuffer();
        for (int i = 0; i < 20_000; i++) {
            sum(view); // until it is compiled: compiled code must throw too
        }
        if (args[1].equals("unmap")) {
            machine.libC.munmap(buffer.address(), buffer.size());
        } else {
            buffer.close();
        }
        final byte[] bytes = new byte[4096];
        final List<Runnable> uses = List.of(() -> view.get(0), () -> view.put(1 << 19, (byte) 1), () -> view.getLong(8),
                () -> view.get(0, bytes), () -> view.put(0, bytes), () -> view.slice(0, 8).putInt(0, 1), () -> sum(view),
                () -> ByteBuffer.allocateDirect(1 << 20).put(view.slice(0, 1 << 20)));
        for (final Runnable use : uses) {
            if (Faults.of(use) instanceof InternalError) {
                System.out.println("caught");
            }
        }
        System.out.println("alive");
    }

    private static long sum(final ByteBuffer view) {
        long sum = 0;
        for (int i = 0; i < 1024; i += Long.BYTES) {
            sum += view.getLong(i);
        }
        return sum;
    }
}
