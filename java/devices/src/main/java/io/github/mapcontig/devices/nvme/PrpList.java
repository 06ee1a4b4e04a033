// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.devices.nvme;

import java.util.function.Supplier;

/**
 * Describes a transfer page by page, as controllers want it that know no SGL (Base 4.1.1): the first entry may start anywhere in its
 * page, all others are whole pages. Two entries are in the command. Where more are needed, the second one points to a list, in
 * pages of memory of its own; the last entry of a full page of the list points to the next one.
 */
final class PrpList {
    private PrpList() {
    }

    /**
     * Builds the list.
     *
     * @param data     what to describe; its first address is a multiple of 4
     * @param pageSize bytes in a page of the controller (CC.MPS)
     * @param pages    gives pages for the list
     * @return the two entries for the command
     * @throws IllegalArgumentException if there is a gap inside a page
     */
    static DataPointer build(final DataCursor data, final int pageSize, final Supplier<ListPage> pages) {
        final long first = next(data, pageSize);
        if (data.left() <= pageSize) {
            return DataPointer.prp(first, data.left() == 0 ? 0 : next(data, pageSize));
        }
        final ListPage start = pages.get();
        final int last = pageSize / Long.BYTES - 1;
        ListPage page = start;
        int index = 0;
        long entries = 1;
        long links = 0;
        while (data.left() > 0) {
            if (index == last && data.left() > pageSize) {
                final ListPage following = pages.get();
                page.put(index, following.address());
                page = following;
                index = 0;
                links++;
            }
            page.put(index++, next(data, pageSize));
            entries++;
        }
        return DataPointer.prpList(first, start.address(), entries, (entries - 1 + links) * Long.BYTES);
    }

    /** Takes what is left of a page. */
    private static long next(final DataCursor data, final int pageSize) {
        final long address = data.address();
        final long bytes = Math.min(data.left(), pageSize - (address & pageSize - 1));
        if (data.run() < bytes) {
            throw gap(pageSize, address + data.run());
        }
        data.skip(bytes);
        if (data.left() > 0 && (data.address() & pageSize - 1) != 0) {
            throw gap(pageSize, data.address());
        }
        return address;
    }

    private static IllegalArgumentException gap(final int pageSize, final long address) {
        return new IllegalArgumentException("PRP entries are pages of " + pageSize + " bytes of the controller, and a piece of the memory"
                + " begins or ends inside one, at 0x" + Long.toHexString(address) + ": use an SGL, or contiguous memory");
    }
}
