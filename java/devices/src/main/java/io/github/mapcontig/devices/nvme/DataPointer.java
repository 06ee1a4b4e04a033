// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.devices.nvme;

/**
 * Where the data of a command is: 16 bytes of its entry, and what they are (Base 3.3.3.1, fields DPTR and PSDT).
 *
 * @param kind   0: two PRP entries; 1: an SGL descriptor
 * @param first  bytes 0 to 7
 * @param second bytes 8 to 15
 */
record DataPointer(int kind, long first, long second) {
    /** No data, or none that the controller looks at. */
    static final DataPointer NONE = new DataPointer(0, 0, 0);
    /** Bytes that one data block descriptor may cover. */
    static final long MAX_SGL_LENGTH = 0xffff_ffffL;

    /** Two PRP entries (Base 4.1.1). */
    static DataPointer prp(final long prp1, final long prp2) {
        return new DataPointer(0, prp1, prp2);
    }

    /**
     * One SGL data block descriptor (Base 4.1.2): an address, a length of 32 bits, and type and subtype 0 in the last byte. All of a
     * contiguous transfer in 16 bytes.
     */
    static DataPointer sgl(final long address, final long length) {
        if (length <= 0 || length > MAX_SGL_LENGTH) {
            throw new IllegalArgumentException("an SGL data block has 1 to 4294967295 bytes: " + length);
        }
        return new DataPointer(1, address, length);
    }
}
