// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Turns SIGINT and SIGTERM into an ordinary end: the command stops waiting, gives back what it holds, says what it found, and
 * its exit status is the program's. By itself, the JVM would end in the middle of it, with status 130 or 143.
 */
final class StopSignal implements AutoCloseable {
    /** A command that does not end by then is cut off. */
    private static final long PATIENCE_SECONDS = 10;

    private final CountDownLatch requested = new CountDownLatch(1);
    private final CountDownLatch finished = new CountDownLatch(1);
    private final Thread hook = new Thread(this::letCommandFinish, "contig-stop");
    private volatile int status = ExitStatus.NEGATIVE;

    private StopSignal() {
    }

    static StopSignal install() {
        final StopSignal signal = new StopSignal();
        Runtime.getRuntime().addShutdownHook(signal.hook);
        return signal;
    }

    /**
     * Waits.
     *
     * @param millis how long at most
     * @return whether the command shall stop
     */
    boolean await(final long millis) {
        try {
            return requested.await(millis, TimeUnit.MILLISECONDS);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /**
     * Notes the status of the command. All else must be done and flushed by {@link #close()}.
     *
     * @param result of {@link ExitStatus}
     * @return the same
     */
    int finish(final int result) {
        status = result;
        return result;
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (final IllegalStateException e) {
            // The JVM is ending: the hook waits for this.
            finished.countDown();
        }
    }

    private void letCommandFinish() {
        requested.countDown();
        try {
            if (finished.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                // Here exit() would wait for this very hook.
                Runtime.getRuntime().halt(status);
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
