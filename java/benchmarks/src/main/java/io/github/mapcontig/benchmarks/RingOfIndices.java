// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.benchmarks;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * What a pool could use instead of a stack: a bounded queue for many threads, in which each slot has a number that says whose
 * turn it is. First in, first out, so that what is taken has left the caches, where there are many. Never full nor empty in the benchmark. Thread-safe.
 */
final class RingOfIndices {
    private final int mask;
    private final AtomicLongArray turns;
    private final int[] indices;
    private final AtomicLong head = new AtomicLong();
    private final AtomicLong tail = new AtomicLong();

    /**
     * Creates an empty ring.
     *
     * @param capacity a power of two
     */
    RingOfIndices(final int capacity) {
        mask = capacity - 1;
        indices = new int[capacity];
        turns = new AtomicLongArray(capacity);
        for (int i = 0; i < capacity; i++) {
            turns.set(i, i);
        }
    }

    int take() {
        while (true) {
            final long at = head.get();
            final int slot = (int) at & mask;
            final long turn = turns.get(slot);
            if (turn == at + 1 && head.compareAndSet(at, at + 1)) {
                final int index = indices[slot];
                turns.setRelease(slot, at + mask + 1);
                return index;
            }
            Thread.onSpinWait();
        }
    }

    void give(final int index) {
        while (true) {
            final long at = tail.get();
            final int slot = (int) at & mask;
            if (turns.get(slot) == at && tail.compareAndSet(at, at + 1)) {
                indices[slot] = index;
                turns.setRelease(slot, at + 1);
                return;
            }
            Thread.onSpinWait();
        }
    }
}
