// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.internal.pool;

import java.util.concurrent.atomic.AtomicLongArray;

/** An atomic word with cache lines of its own, two on each side, since processors fetch lines in pairs. Thread-safe. */
final class PaddedWord {
    private static final int LINES = 2 * 64 / Long.BYTES;

    private final AtomicLongArray words = new AtomicLongArray(2 * LINES + 1);

    long get() {
        return words.get(LINES);
    }

    void set(final long value) {
        words.set(LINES, value);
    }

    boolean replace(final long expected, final long value) {
        return words.compareAndSet(LINES, expected, value);
    }
}
