// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli;

import io.github.mapcontig.ContiguousBuffer;
import java.util.function.LongUnaryOperator;

/** Fills buffers with numbers that are different everywhere. */
final class Pattern {
    /** An odd number: multiples of it do not repeat within 2^64. */
    private static final long STEP = 0x9e3779b97f4a7c15L;

    private Pattern() {
    }

    /**
     * Overwrites a buffer and reads it.
     *
     * @param buffer the buffer
     * @return whether all that was read is as it was written
     */
    static boolean writeAndCheck(final ContiguousBuffer buffer) {
        write(buffer.size(), buffer::putLong);
        return check(buffer.size(), buffer::getLong);
    }

    /** Takes a number for an offset. */
    interface Target {
        void put(long offset, long number);
    }

    static void write(final long size, final Target target) {
        for (long offset = 0; offset < size; offset += Long.BYTES) {
            target.put(offset, offset * STEP);
        }
    }

    static boolean check(final long size, final LongUnaryOperator source) {
        for (long offset = 0; offset < size; offset += Long.BYTES) {
            if (source.applyAsLong(offset) != offset * STEP) {
                return false;
            }
        }
        return true;
    }
}
