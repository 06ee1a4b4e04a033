// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Threads use a buffer while others close it: each use works or throws, the memory is freed, and the JVM lives.
 *
 * <p>A thread that faults in compiled code gets its error at its next safepoint, wherever that is. So each use has a thread of
 * its own, which ends with it, and those that may fault do nothing else.
 */
class CloseRaceTest {
    private static final int ROUNDS = 40;
    private static final int SIZE = 64 << 10;
    private static final int PATIENCE = 300;

    @TempDir
    private Path root;

    @Test
    void shouldSurviveUseDuringClose() throws InterruptedException {
        final FakeMachine machine = new FakeMachine(root);
        for (int round = 0; round < ROUNDS; round++) {
            final ContiguousBuffer buffer = machine.request().size(SIZE).allocate();
            final ByteBuffer view = buffer.asByteBuffer();
            final byte[] bytes = new byte[1000];
            final Race race = new Race();
            race.enter(() -> buffer.getLong(buffer.getInt(128)));
            race.enter(() -> view.putInt(4096, view.getInt(60 << 10)));
            race.enter(() -> buffer.put(3, bytes, 0, 1000));
            race.enter(() -> {
                try (DmaLease lease = buffer.beginDma()) {
                    assertThat(lease).isNotNull();
                    assertThat(view.get(1)).as("under a lease nothing faults").isZero();
                }
            });
            for (int closer = 0; closer < 2; closer++) {
                race.enter(() -> {
                    buffer.close();
                    throw new IllegalStateException("closed");
                });
            }
            race.run();
            assertThat(race.ends).hasSize(6).allSatisfy(end -> assertThat(end)
                    .isInstanceOfAny(IllegalStateException.class, InternalError.class));
            assertThat(machine.libC.mapped).isEmpty();
        }
    }

    /** Runs uses at once, each again and again until it throws. */
    private static final class Race {
        private final Queue<Throwable> ends = new ConcurrentLinkedQueue<>();
        private final CountDownLatch start = new CountDownLatch(1);
        private final List<Thread> threads = new ArrayList<>();

        void enter(final Runnable use) {
            final Thread thread = new Thread(() -> {
                awaitStart();
                while (true) {
                    use.run();
                }
            });
            thread.setDaemon(true);
            thread.setUncaughtExceptionHandler((who, end) -> ends.add(end));
            thread.start();
            threads.add(thread);
        }

        void run() throws InterruptedException {
            start.countDown();
            for (final Thread thread : threads) {
                for (int i = 0; i < PATIENCE && thread.isAlive(); i++) {
                    thread.join(100);
                    if (thread.isAlive()) {
                        System.gc(); // makes a safepoint: a loop that allocates nothing may come to none for long
                    }
                }
            }
        }

        private void awaitStart() {
            try {
                start.await();
            } catch (final InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }
}
