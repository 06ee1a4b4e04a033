// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli.memory;

/**
 * A mapping of a process: one line of /proc/PID/maps.
 *
 * @param start       first virtual address, unsigned
 * @param end         address behind the last one, unsigned
 * @param permissions such as {@code rw-p}
 * @param name        file, {@code [heap]} and the like; empty for anonymous memory
 * @param present     whether any page of it may be present; false only where the kernel says that none is
 */
public record MappedRegion(long start, long end, String permissions, String name, boolean present) {
    /**
     * How long it is.
     *
     * @return bytes
     */
    public long length() {
        return end - start;
    }

    /**
     * Whether an address is in it.
     *
     * @param address virtual address
     * @return true if so
     */
    public boolean contains(final long address) {
        return Long.compareUnsigned(start, address) <= 0 && Long.compareUnsigned(address, end) < 0;
    }

    /**
     * Whether it shares an address with a range.
     *
     * @param range the range
     * @return true if so
     */
    public boolean touches(final VirtualRange range) {
        return Long.compareUnsigned(start, range.end()) < 0 && Long.compareUnsigned(range.start(), end) < 0;
    }

    /**
     * Whether pagemap describes it: it ends where the addresses of user space do.
     *
     * @return false for [vsyscall], which belongs to the kernel
     */
    public boolean inUserSpace() {
        return start >= 0;
    }

    /** As in /proc/PID/maps. */
    @Override
    public String toString() {
        return Long.toHexString(start) + "-" + Long.toHexString(end) + " " + permissions
                + (name.isEmpty() ? " (anonymous)" : " " + name);
    }
}
