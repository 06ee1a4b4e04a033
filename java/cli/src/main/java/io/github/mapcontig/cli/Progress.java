// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli;

import java.io.PrintWriter;

/** Tells how far long work is, on the error output, if that is a terminal. Not thread-safe. */
final class Progress implements AutoCloseable {
    private static final long QUIET_NANOS = 500_000_000L;
    private static final String CLEAR_LINE = "\r\u001b[K";
    private static final int PERCENT = 100;

    private final PrintWriter err;
    private final boolean visible;
    private final String what;
    private long next = System.nanoTime() + QUIET_NANOS;
    private boolean shown;

    /**
     * Starts. Nothing is shown for the first half second, and then twice a second.
     *
     * @param err     the error output
     * @param visible whether it is a terminal
     * @param what    what is being done
     */
    Progress(final PrintWriter err, final boolean visible, final String what) {
        this.err = err;
        this.visible = visible;
        this.what = what;
    }

    void at(final long done, final long all) {
        if (visible && System.nanoTime() >= next) {
            err.print(CLEAR_LINE + what + ": " + (all == 0 ? done : Math.min(PERCENT, done * PERCENT / all) + "%"));
            err.flush();
            shown = true;
            next = System.nanoTime() + QUIET_NANOS;
        }
    }

    @Override
    public void close() {
        if (shown) {
            err.print(CLEAR_LINE);
            err.flush();
        }
    }
}
