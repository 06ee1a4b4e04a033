// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli;

import io.github.mapcontig.ContiguousBuffer;

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
        for (long offset = 0; offset < buffer.size(); offset += Long.BYTES) {
            buffer.putLong(offset, offset * STEP);
        }
        for (long offset = 0; offset < buffer.size(); offset += Long.BYTES) {
            if (buffer.getLong(offset) != offset * STEP) {
                return false;
            }
        }
        return true;
    }
}
