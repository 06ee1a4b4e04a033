// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.internal.platform;

import java.util.OptionalInt;

/**
 * The huge pages of one size that are set aside, of the whole machine or of one node.
 *
 * @param pageSize bytes in a page, a power of two
 * @param total    pages in the pool
 * @param free     pages of it that nobody has or has been promised
 * @param node     whose pool; empty for that of the machine
 */
public record HugePagePool(long pageSize, long total, long free, OptionalInt node) {
    /** What can be filled only at boot, in practice: memory is never whole enough later. */
    private static final long GIGANTIC = 1L << 30;

    /**
     * How many pages hold that much.
     *
     * @param bytes greater than 0
     * @return the number of pages
     */
    public long pagesFor(final long bytes) {
        return (bytes - 1) / pageSize + 1;
    }

    /**
     * The command that makes so many more free.
     *
     * @param pages how many
     * @return in words, with the command
     */
    public String remedy(final long pages) {
        final long wanted = total - free + pages;
        if (pageSize >= GIGANTIC) {
            return "boot with hugepagesz=" + (pageSize >> 30) + "G hugepages=" + wanted;
        }
        final String folder = node.isPresent() ? "/sys/devices/system/node/node" + node.getAsInt() : "/sys/kernel/mm";
        return "echo " + wanted + " | sudo tee " + folder + "/hugepages/hugepages-" + (pageSize >> 10)
                + "kB/nr_hugepages, better at boot (hugepages=" + wanted + "), when memory is whole";
    }

    /** In words. */
    @Override
    public String toString() {
        return free + " free of " + total + " pages of " + Sizes.exact(pageSize)
                + (node.isPresent() ? " on node " + node.getAsInt() : "");
    }
}
