// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

import java.util.OptionalLong;

/**
 * One 64-bit word of /proc/PID/pagemap, which describes one page of that process (the kernel's
 * Documentation/admin-guide/mm/pagemap.rst).
 *
 * @param word the word as read
 */
public record PagemapEntry(long word) {
    /** Bits 0-54 of a present page: its page frame number. */
    static final long PFN_MASK = (1L << 55) - 1;
    /** Bit 63: the page is in memory. */
    static final long PRESENT = 1L << 63;
    /** Bit 62: the page is swapped out, or migrates just now. */
    static final long SWAPPED = 1L << 62;

    private static final long FILE_OR_SHARED = 1L << 61;
    private static final long GUARD = 1L << 58;
    private static final long WRITE_PROTECTED = 1L << 57;
    private static final long EXCLUSIVE = 1L << 56;
    private static final long SOFT_DIRTY = 1L << 55;

    /**
     * Whether the page is in memory.
     *
     * @return true if so
     */
    public boolean present() {
        return (word & PRESENT) != 0;
    }

    /**
     * Whether the page is swapped out, or is being migrated at this moment.
     *
     * @return true if so
     */
    public boolean swapped() {
        return (word & SWAPPED) != 0;
    }

    /**
     * Whether the page belongs to a file or to shared anonymous memory.
     *
     * @return true if so
     */
    public boolean fileOrShared() {
        return (word & FILE_OR_SHARED) != 0;
    }

    /**
     * Whether the page is a guard region (since Linux 6.15).
     *
     * @return true if so
     */
    public boolean guard() {
        return (word & GUARD) != 0;
    }

    /**
     * Whether userfaultfd write-protects the page.
     *
     * @return true if so
     */
    public boolean writeProtected() {
        return (word & WRITE_PROTECTED) != 0;
    }

    /**
     * Whether only this process maps the page.
     *
     * @return true if so
     */
    public boolean exclusive() {
        return (word & EXCLUSIVE) != 0;
    }

    /**
     * Whether the page was written since the soft-dirty bits were cleared.
     *
     * @return true if so
     */
    public boolean softDirty() {
        return (word & SOFT_DIRTY) != 0;
    }

    /**
     * Whether the kernel keeps the page frame number back because the reader lacks CAP_SYS_ADMIN in the initial user
     * namespace: the page is present and the number reads as 0, which is never an address.
     *
     * @return true if so
     */
    public boolean hidden() {
        return (word & (PRESENT | PFN_MASK)) == PRESENT;
    }

    /**
     * The page frame number: the physical address divided by the page size.
     *
     * @return the number; empty if the page is not present or the number is hidden
     */
    public OptionalLong pageFrameNumber() {
        return present() && !hidden() ? OptionalLong.of(word & PFN_MASK) : OptionalLong.empty();
    }
}
