// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli.memory;

/**
 * Virtual addresses of a process.
 *
 * @param start first address
 * @param end   address behind the last one, unsigned, greater than {@code start}
 */
public record VirtualRange(long start, long end) {
    /**
     * The whole pages that it touches.
     *
     * @param pageSize bytes in a page
     * @return a range that starts and ends at pages
     */
    public VirtualRange wholePages(final long pageSize) {
        return new VirtualRange(start & -pageSize, end + pageSize - 1 & -pageSize);
    }

    /**
     * How long it is.
     *
     * @return bytes
     */
    public long length() {
        return end - start;
    }
}
