// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Threads use a buffer while others close it: each use works or throws, the memory is freed, and the JVM lives. */
class CloseRaceTest {
    private static final int ROUNDS = 40;
    private static final int SIZE = 64 << 10;

    @TempDir
    private Path root;

    @Test
    void shouldSurviveUseDuringClose() throws Exception {
        final FakeMachine machine = new FakeMachine(root);
        final ExecutorService threads = Executors.newFixedThreadPool(5);
        try {
            for (int round = 0; round < ROUNDS; round++) {
                final ContiguousBuffer buffer = machine.request().size(SIZE).allocate();
                final ByteBuffer view = buffer.asByteBuffer();
                final CyclicBarrier start = new CyclicBarrier(5);
                final List<Future<Boolean>> results = new ArrayList<>();
                results.add(threads.submit(until(start, () -> buffer.getLong(buffer.getInt(128)))));
                results.add(threads.submit(until(start, () -> view.putInt(4096, view.getInt(60 << 10)))));
                results.add(threads.submit(until(start, () -> {
                    final byte[] bytes = new byte[1000];
                    buffer.put(3, bytes, 0, 1000);
                    try (DmaLease lease = buffer.beginDma()) {
                        assertThat(lease).isNotNull();
                        assertThat(view.get(1)).isZero();
                    }
                    return null;
                })));
                for (int closer = 0; closer < 2; closer++) {
                    results.add(threads.submit(() -> {
                        start.await(10, TimeUnit.SECONDS);
                        buffer.close();
                        return true;
                    }));
                }
                for (final Future<Boolean> result : results) {
                    assertEndedByClose(result);
                }
                assertThat(machine.libC.mapped).isEmpty();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    /**
     * A fault in compiled code is thrown at the thread's next safepoint. That may be behind the catch, and a loop that
     * allocates nothing may come to none for long; a collection makes one.
     */
    private static void assertEndedByClose(final Future<Boolean> result) throws Exception {
        for (int i = 0; i < 300; i++) {
            try {
                assertThat(result.get(100, TimeUnit.MILLISECONDS)).isTrue();
                return;
            } catch (final ExecutionException e) {
                assertThat(e).hasCauseInstanceOf(InternalError.class);
                return;
            } catch (final TimeoutException e) {
                System.gc();
            }
        }
        throw new AssertionError("a use goes on after close");
    }

    /** Repeats a use until it throws what use after close throws. */
    private static Callable<Boolean> until(final CyclicBarrier start, final Callable<?> use) {
        return () -> {
            start.await(10, TimeUnit.SECONDS);
            while (true) {
                try {
                    use.call();
                } catch (final IllegalStateException | InternalError e) {
                    return true;
                }
            }
        };
    }
}
