// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * One 64-bit word of /proc/kpageflags: what the kernel uses one page frame for (the kernel's
 * Documentation/admin-guide/mm/pagemap.rst and uapi header linux/kernel-page-flags.h). The word of page frame N is at byte
 * 8 * N of the file, which takes root to read. Flags that the kernel does not promise to keep (bit 32 and up) are ignored.
 *
 * <p>A snapshot taken without any lock: a page may have changed hands while it was read.
 *
 * <p>Immutable, thread-safe.
 *
 * @param word the word as read
 */
public record KernelPageFlags(long word) {
    /** The flags that the kernel promises to keep, under the kernel's names without the prefix {@code KPF_}. */
    public enum Flag {
        /** Locked for I/O; has nothing to do with mlock. */
        LOCKED(0),
        /** An I/O error occurred. */
        ERROR(1),
        /** Used since reclaim last looked. */
        REFERENCED(2),
        /** Holds what it should hold. */
        UPTODATE(3),
        /** Holds what its file on disk does not hold yet. */
        DIRTY(4),
        /** In one of the lists from which reclaim and compaction take pages. */
        LRU(5),
        /** In the list of pages in active use. */
        ACTIVE(6),
        /** Part of the kernel's object allocator. */
        SLAB(7),
        /** Being written to disk. */
        WRITEBACK(8),
        /** To be reclaimed as soon as it is written. */
        RECLAIM(9),
        /** Free, in the page allocator. */
        BUDDY(10),
        /** Mapped by a process. */
        MMAP(11),
        /** Anonymous memory of a process. */
        ANON(12),
        /** Has a place in swap. */
        SWAPCACHE(13),
        /** Backed by swap: anonymous or shared memory. */
        SWAPBACKED(14),
        /** The first page of a larger one. */
        COMPOUND_HEAD(15),
        /** Another page of a larger one. */
        COMPOUND_TAIL(16),
        /** Part of a huge page of a pool (hugetlb). */
        HUGE(17),
        /** Not to be reclaimed: locked (mlock), or its file says so. */
        UNEVICTABLE(18),
        /** Broken memory. */
        HWPOISON(19),
        /** No memory is here. */
        NOPAGE(20),
        /** Shared by samepage merging. */
        KSM(21),
        /** Part of a transparent huge page. */
        THP(22),
        /** Taken out, such as by a memory balloon. */
        OFFLINE(23),
        /** The page of zeros. */
        ZERO_PAGE(24),
        /** Not used since idle tracking marked it. */
        IDLE(25),
        /** A page table. */
        PGTABLE(26);

        private final int bit;

        Flag(final int bit) {
            this.bit = bit;
        }

        /**
         * Its place in the word.
         *
         * @return the word with this flag alone
         */
        public long mask() {
            return 1L << bit;
        }
    }

    /**
     * Whether a flag is set.
     *
     * @param flag the flag
     * @return true if so
     */
    public boolean has(final Flag flag) {
        return (word & flag.mask()) != 0;
    }

    /**
     * All flags that are set.
     *
     * @return in the order of their bits; unmodifiable
     */
    public Set<Flag> flags() {
        final Set<Flag> flags = EnumSet.noneOf(Flag.class);
        for (final Flag flag : Flag.values()) {
            if (has(flag)) {
                flags.add(flag);
            }
        }
        return Collections.unmodifiableSet(flags);
    }

    /** The names of the flags, separated by blanks. */
    @Override
    public String toString() {
        final StringBuilder names = new StringBuilder();
        for (final Flag flag : flags()) {
            names.append(names.isEmpty() ? "" : " ").append(flag);
        }
        return names.toString();
    }
}
