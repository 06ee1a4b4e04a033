// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Threads share a pool: each buffer has one owner at a time, and none gets lost. */
class DmaBufferPoolRaceTest {
    private static final int THREADS = 4;
    private static final int ROUNDS = 60_000;
    private static final int COUNT = 7;

    @TempDir
    private Path root;
    private FakeMachine machine;

    @BeforeEach
    void start() {
        machine = new FakeMachine(root);
    }

    @Test
    void shouldHaveOneOwnerAtATime() throws InterruptedException {
        try (DmaBufferPool pool = pool()) {
            final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
            run(THREADS, failures, who -> {
                final SplittableRandom random = new SplittableRandom(who);
                final PooledBuffer[] own = new PooledBuffer[COUNT];
                for (int round = 0; round < ROUNDS; round++) {
                    int count;
                    if (random.nextInt(3) == 0) {
                        count = pool.acquire(own, 0, 1 + random.nextInt(COUNT));
                    } else {
                        own[0] = pool.tryAcquire();
                        count = own[0] == null ? 0 : 1;
                    }
                    // A second owner would find this stamp, or leave its own.
                    final long stamp = (long) who << 32 | round + 1;
                    for (int i = 0; i < count; i++) {
                        assertThat(own[i].getLong(8)).as("buffer %d has an owner", own[i].index()).isZero();
                        own[i].putLong(8, stamp);
                    }
                    if (round % 64 == 0) {
                        Thread.yield(); // holds them longer, for others to come in between
                    }
                    for (int i = 0; i < count; i++) {
                        assertThat(own[i].getLong(8)).as("stamp in buffer %d", own[i].index()).isEqualTo(stamp);
                        own[i].putLong(8, 0);
                    }
                    if (count > 1 && random.nextBoolean()) {
                        pool.release(own, 0, count);
                    } else {
                        for (int i = 0; i < count; i++) {
                            own[i].release();
                        }
                    }
                }
            });
            assertThat(failures).isEmpty();
            assertThat(pool.outstanding()).isZero();
            final PooledBuffer[] all = new PooledBuffer[COUNT + 1];
            assertThat(pool.acquire(all, 0, COUNT + 1)).as("none lost, none twice").isEqualTo(COUNT);
            assertThat(Arrays.stream(all, 0, COUNT).map(PooledBuffer::index)).doesNotHaveDuplicates();
            pool.release(all, 0, COUNT);
        }
        assertThat(machine.libC.mapped).isEmpty();
    }

    /** Two threads meet without sleeping, so that their releases fall within nanoseconds of each other. */
    @Test
    void shouldLetOneOfTwoReleasesThrough() throws InterruptedException {
        final DmaBufferPool pool = pool();
        final AtomicInteger arrived = new AtomicInteger();
        final AtomicInteger through = new AtomicInteger();
        final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
        final PooledBuffer buffer = pool.get(0);
        run(2, failures, who -> {
            final SplittableRandom random = new SplittableRandom(who);
            for (int round = 0; round < ROUNDS; round++) {
                if (who == 0) {
                    assertThat(pool.acquire()).isSameAs(buffer);
                }
                meet(arrived, 4 * round + 2, failures);
                // Who came last goes on first; a short wait of changing length makes up for it in some rounds.
                for (int i = random.nextInt(200); i > 0; i--) {
                    arrived.get();
                }
                try {
                    buffer.release();
                    through.incrementAndGet();
                } catch (final IllegalStateException e) {
                    // The other was faster.
                }
                meet(arrived, 4 * round + 4, failures);
            }
        });
        assertThat(failures).isEmpty();
        assertThat(through).hasValue(ROUNDS);
        assertThat(pool.acquire(new PooledBuffer[COUNT + 1], 0, COUNT + 1)).isEqualTo(COUNT);
        for (int i = 0; i < COUNT; i++) {
            pool.get(i).release();
        }
        pool.close(); // not if something failed: of a broken list there is no end
    }

    /** Whoever is last, closer or releaser, frees the memory: not before, and not never. */
    @Test
    void shouldFreeOnceWhenClosedDuringUse() throws InterruptedException {
        for (int round = 0; round < 300; round++) {
            final DmaBufferPool pool = pool();
            final AtomicBoolean closed = new AtomicBoolean();
            final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
            final int spins = round * 20;
            run(THREADS, failures, who -> {
                if (who < 2) {
                    for (int i = 0; i < spins; i++) {
                        Thread.onSpinWait();
                    }
                    pool.close();
                    closed.set(true);
                    return;
                }
                while (true) {
                    final PooledBuffer buffer;
                    try {
                        buffer = pool.tryAcquire();
                    } catch (final IllegalStateException e) {
                        assertThat(pool.isClosed()).isTrue();
                        return;
                    }
                    if (buffer != null) {
                        buffer.putLong(0, who); // faults if the memory was freed
                        buffer.release();
                    }
                }
            });
            assertThat(failures).isEmpty();
            assertThat(closed).isTrue();
            assertThat(machine.libC.mapped).isEmpty();
        }
    }

    private DmaBufferPool pool() {
        return DmaBufferPool.create(machine.request(), PoolLayout.of(COUNT, 64));
    }

    private static void meet(final AtomicInteger arrived, final int all, final Queue<Throwable> failures) {
        arrived.incrementAndGet();
        for (int spins = 0; arrived.get() < all; spins++) {
            if (!failures.isEmpty()) {
                throw new AssertionError("the other thread failed");
            }
            if (spins > 10_000) {
                Thread.yield(); // the other may wait for this processor
            }
        }
    }

    private static void run(final int count, final Queue<Throwable> failures, final IntConsumer work)
            throws InterruptedException {
        final Thread[] threads = new Thread[count];
        for (int i = 0; i < count; i++) {
            final int who = i;
            threads[i] = new Thread(() -> work.accept(who));
            threads[i].setUncaughtExceptionHandler((thread, failure) -> failures.add(failure));
            threads[i].start();
        }
        for (final Thread thread : threads) {
            thread.join();
        }
    }
}
