// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.devices.nvme;

/**
 * The second half of an SGL descriptor (Base 4.1.2), whose first half is an address: a length of 32 bits, and the type in the upper
 * four bits of the last byte.
 */
final class SglDescriptor {
    /** Bytes of a descriptor. */
    static final int SIZE = 16;
    /** Bytes that one data block descriptor may cover. */
    static final long MAX_LENGTH = 0xffff_ffffL;

    private static final int TYPE_SHIFT = 60;
    private static final long SEGMENT = 2L << TYPE_SHIFT;
    private static final long LAST_SEGMENT = 3L << TYPE_SHIFT;

    private SglDescriptor() {
    }

    /** Of data; its type is 0. */
    static long dataBlock(final long length) {
        if (length <= 0 || length > MAX_LENGTH) {
            throw new IllegalArgumentException("an SGL data block has 1 to 4294967295 bytes: " + length);
        }
        return length;
    }

    /** Of descriptors, the last of which is one of the next segment, unless this is the last segment. */
    static long segment(final int descriptors, final boolean last) {
        return (long) descriptors * SIZE | (last ? LAST_SEGMENT : SEGMENT);
    }
}
