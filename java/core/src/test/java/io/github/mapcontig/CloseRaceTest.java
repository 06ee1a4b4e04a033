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

    /** A slice, a buffer of a pool and a lease on the slice, while the buffer they are all parts of is closed. */
    @Test
    void shouldSurviveUseOfPartsDuringClose() throws InterruptedException {
        final FakeMachine machine = new FakeMachine(root);
        for (int round = 0; round < ROUNDS; round++) {
            final ContiguousBuffer buffer = machine.request().size(SIZE).allocate();
            final ContiguousBuffer slice = buffer.slice(4096, 4096);
            final DmaBufferPool pool = DmaBufferPool.over(buffer.slice(8192, 8192), PoolLayout.of(4, 2048));
            final PooledBuffer kept = pool.acquire();
            final Race race = new Race();
            race.enter(() -> slice.putLong(8, slice.getLong(0)));
            race.enter(() -> slice.slice(16, 8).asByteBuffer().putInt(0, 1));
            race.enter(() -> {
                try (DmaLease lease = slice.beginDma()) {
                    assertThat(lease).isNotNull();
                }
            });
            race.enter(() -> {
                // The pool holds the memory, so that closing the range never faults here; closing the pool is refused by acquire.
                final PooledBuffer taken = pool.acquire();
                try {
                    taken.putLong(0, taken.getLong(8));
                } finally {
                    taken.release();
                }
            });
            race.enter(() -> {
                buffer.close();
                throw new IllegalStateException("closed");
            });
            race.enter(() -> {
                pool.close();
                throw new IllegalStateException("closed");
            });
            race.run();
            assertThat(race.ends).hasSize(6).allSatisfy(end -> assertThat(end).isInstanceOf(IllegalStateException.class));
            assertThat(kept.getLong(16)).as("still out, so still there").isZero();
            assertThat(machine.libC.mapped).hasSize(1);
            kept.release();
            assertThat(machine.libC.mapped).isEmpty();
        }
    }

    /** The same without a buffer that is out: those who are too late get an error, and the memory is gone when all are done. */
    @Test
    void shouldFreeWhenPartsAndPoolAreClosedDuringUse() throws InterruptedException {
        final FakeMachine machine = new FakeMachine(root);
        for (int round = 0; round < ROUNDS; round++) {
            final ContiguousBuffer buffer = machine.request().size(SIZE).allocate();
            final ContiguousBuffer slice = buffer.slice(4096, 4096);
            final ByteBuffer view = slice.asByteBuffer();
            final DmaBufferPool pool = DmaBufferPool.over(buffer, PoolLayout.of(4, 2048));
            final Race race = new Race();
            race.enter(() -> view.putLong(8, view.getLong(0)));
            race.enter(() -> pool.acquire().release());
            race.enter(() -> slice.verify().pages());
            race.enter(() -> {
                slice.close();
                throw new IllegalStateException("closed");
            });
            race.enter(() -> {
                pool.close();
                buffer.close();
                throw new IllegalStateException("closed");
            });
            race.run();
            assertThat(race.ends).hasSize(5).allSatisfy(end -> assertThat(end)
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
