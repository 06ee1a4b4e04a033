// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

import java.util.concurrent.atomic.AtomicReference;

/**
 * Catches the error of an access to memory that is gone. Compiled code gets it at the next safepoint of its thread, so that it may
 * come behind the access and behind any catch around it: a thread of its own repeats the access until the error ends it.
 */
public final class Faults {
    private static final int PATIENCE = 100;

    private Faults() {
    }

    /**
     * Makes an access again and again.
     *
     * @param access the access
     * @return what ended it
     */
    public static Throwable of(final Runnable access) {
        final AtomicReference<Throwable> end = new AtomicReference<>();
        final Thread thread = new Thread(() -> {
            while (true) {
                access.run();
            }
        });
        thread.setDaemon(true);
        thread.setUncaughtExceptionHandler((who, error) -> end.set(error));
        thread.start();
        try {
            for (int i = 0; i < PATIENCE && thread.isAlive(); i++) {
                thread.join(100);
                System.gc(); // makes a safepoint
            }
        } catch (final InterruptedException e) {
            throw new AssertionError(e);
        }
        if (end.get() == null) {
            throw new AssertionError("the access goes through");
        }
        return end.get();
    }
}
