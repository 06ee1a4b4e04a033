// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.devices.nvme;

/**
 * Where the data of a command is: 16 bytes of its entry, and what they are (Base 3.3.3.1, fields DPTR and PSDT).
 *
 * @param kind        0: two PRP entries; 1: an SGL descriptor
 * @param first       bytes 0 to 7
 * @param second      bytes 8 to 15
 * @param descriptors how many PRP entries, or SGL data block descriptors, tell where the data is, here and in lists
 * @param listBytes   bytes of lists in memory that the controller reads for that, links from one to the next included
 */
record DataPointer(int kind, long first, long second, long descriptors, long listBytes) {
    /** No data, or none that the controller looks at. */
    static final DataPointer NONE = new DataPointer(0, 0, 0, 0, 0);

    /** Two PRP entries for at most two pages (Base 4.1.1). */
    static DataPointer prp(final long prp1, final long prp2) {
        return new DataPointer(0, prp1, prp2, prp2 == 0 ? 1 : 2, 0);
    }

    /** A PRP entry and the address of a list (Base 4.1.1). */
    static DataPointer prpList(final long prp1, final long list, final long descriptors, final long listBytes) {
        return new DataPointer(0, prp1, list, descriptors, listBytes);
    }

    /** One SGL data block descriptor (Base 4.1.2): all of a contiguous transfer in 16 bytes. */
    static DataPointer sgl(final long address, final long length) {
        return new DataPointer(1, address, SglDescriptor.dataBlock(length), 1, 0);
    }

    /** An SGL descriptor of the first segment of a list (Base 4.1.2). */
    static DataPointer sglList(final long address, final long second, final long descriptors, final long listBytes) {
        return new DataPointer(1, address, second, descriptors, listBytes);
    }
}
