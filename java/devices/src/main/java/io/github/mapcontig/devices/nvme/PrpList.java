// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.devices.nvme;

import java.util.function.Supplier;

/**
 * Describes a contiguous transfer page by page, as controllers want it that know no SGL (Base 4.1.1): the first entry may start
 * anywhere in its page, all others are whole pages. Two entries are in the command. Where more are needed, the second one points to
 * a list, in pages of memory of its own; the last entry of a full page of the list points to the next one.
 */
final class PrpList {
    private PrpList() {
    }

    /**
     * Builds the list.
     *
     * @param address  of the first byte, as the device sees it, a multiple of 4
     * @param length   bytes, greater than 0
     * @param pageSize bytes in a page of the controller (CC.MPS)
     * @param pages    gives pages for the list
     * @return the two entries for the command
     */
    static DataPointer build(final long address, final long length, final int pageSize, final Supplier<ListPage> pages) {
        final long first = Math.min(length, pageSize - (address & pageSize - 1));
        final long behind = address + first;
        if (length - first <= pageSize) {
            return DataPointer.prp(address, length == first ? 0 : behind);
        }
        final ListPage start = pages.get();
        fill(start, behind, pagesIn(length - first, pageSize), pageSize, pages);
        return DataPointer.prp(address, start.address());
    }

    private static void fill(final ListPage start, final long address, final long count, final int pageSize,
                             final Supplier<ListPage> pages) {
        final int last = pageSize / Long.BYTES - 1;
        ListPage page = start;
        int index = 0;
        for (long entry = 0; entry < count; entry++) {
            if (index == last && entry < count - 1) {
                final ListPage next = pages.get();
                page.put(index, next.address());
                page = next;
                index = 0;
            }
            page.put(index++, address + entry * pageSize);
        }
    }

    /**
     * How many entries a transfer takes.
     *
     * @param address  of the first byte
     * @param length   bytes
     * @param pageSize bytes in a page
     * @return entries, those in the command included, links between pages of the list not
     */
    static long entries(final long address, final long length, final int pageSize) {
        return pagesIn((address & pageSize - 1) + length, pageSize);
    }

    private static long pagesIn(final long length, final int pageSize) {
        return (length + pageSize - 1) / pageSize;
    }
}
