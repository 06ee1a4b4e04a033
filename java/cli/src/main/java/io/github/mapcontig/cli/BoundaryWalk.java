// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Crosses every boundary between two pages of some memory, several at a time: each lane takes the next one that nobody has
 * crossed. Used once, by one thread.
 */
final class BoundaryWalk {
    /** Bytes on each side of a boundary that are sent across it. */
    static final int HALF = 64;
    private static final long LOOK_MILLIS = 200;

    private final long boundaries;
    private final long pageSize;
    private final AtomicLong next = new AtomicLong(1);
    private final AtomicLong done = new AtomicLong();
    private final AtomicLong wrong = new AtomicLong();
    private final AtomicLong firstWrong = new AtomicLong(Long.MAX_VALUE);
    private final AtomicBoolean stopped = new AtomicBoolean();

    /** What one device does. Each is used by one thread alone. */
    interface Lane {
        /**
         * Lets the device follow the memory from its start across a boundary.
         *
         * @param boundary offset of the first byte of a page
         * @return whether the bytes on both sides came through as they should
         */
        boolean crosses(long boundary);
    }

    /**
     * What was found.
     *
     * @param boundaries how many there are
     * @param done       how many were crossed; fewer if the walk was stopped
     * @param wrong      at how many of them other memory was met
     * @param firstWrong offset of the first of those
     */
    record Verdict(long boundaries, long done, long wrong, OptionalLong firstWrong) {
        boolean contiguous() {
            return done == boundaries && wrong == 0;
        }
    }

    /**
     * Prepares a walk.
     *
     * @param length   bytes of the memory
     * @param pageSize bytes in a page
     */
    BoundaryWalk(final long length, final long pageSize) {
        this.boundaries = (length - 1) / pageSize;
        this.pageSize = pageSize;
    }

    /**
     * Walks, until all boundaries are crossed or it is told to stop.
     *
     * @param lanes    at least one
     * @param progress shown how far it is
     * @param stop     asked now and then
     * @return the verdict
     * @throws RuntimeException what a lane threw; the other lanes have ended by then
     */
    Verdict walk(final List<? extends Lane> lanes, final Progress progress, final StopSignal stop) {
        final ExecutorService threads = Executors.newFixedThreadPool(lanes.size());
        try {
            final List<Future<?>> ends = new ArrayList<>();
            lanes.forEach(lane -> ends.add(threads.submit(() -> run(lane))));
            threads.shutdown();
            while (ends.stream().anyMatch(end -> !end.isDone())) {
                stopped.compareAndSet(false, stop.await(LOOK_MILLIS));
                progress.at(done.get(), boundaries);
            }
            for (final Future<?> end : ends) {
                end.get();
            }
        } catch (final ExecutionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : new IllegalStateException(e.getCause());
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            stopped.set(true);
            awaitEnd(threads);
        }
        return new Verdict(boundaries, done.get(), wrong.get(),
                wrong.get() == 0 ? OptionalLong.empty() : OptionalLong.of(firstWrong.get()));
    }

    private void run(final Lane lane) {
        boolean whole = false;
        try {
            for (long page = next.getAndIncrement(); page <= boundaries && !stopped.get(); page = next.getAndIncrement()) {
                final long boundary = page * pageSize;
                if (!lane.crosses(boundary)) {
                    wrong.incrementAndGet();
                    firstWrong.accumulateAndGet(boundary, Math::min);
                }
                done.incrementAndGet();
            }
            whole = true;
        } finally {
            if (!whole) {
                stopped.set(true);
            }
        }
    }

    /** Memory is given back only after the last device has ended its transfer. */
    private static void awaitEnd(final ExecutorService threads) {
        boolean interrupted = Thread.interrupted();
        boolean ended = false;
        while (!ended) {
            try {
                ended = threads.awaitTermination(1, TimeUnit.MINUTES);
            } catch (final InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
