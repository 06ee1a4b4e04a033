// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.devices.pci;

/**
 * Whole pages of this process' memory.
 *
 * @param address of the first
 * @param length  bytes, greater than 0
 */
record PageSpan(long address, long length) {
    /**
     * The pages that hold a range.
     *
     * @param address of its first byte
     * @param size    bytes, greater than 0
     * @param page    bytes in a page, a power of two
     * @return the pages
     */
    static PageSpan around(final long address, final long size, final long page) {
        final long start = address & -page;
        return new PageSpan(start, (address + size - start + page - 1) & -page);
    }
}
