// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli.memory;

import io.github.mapcontig.KernelPageFlags.Flag;

/** What a page frame is used for, as far as it matters to who looks for contiguous memory. */
public enum PageKind {
    /** No memory is here, or it was taken out. */
    HOLE("no memory"),
    /** Free. */
    FREE("free"),
    /** Free, in a reserve for contiguous memory (CMA). */
    RESERVE("free in a reserve (CMA)"),
    /** Anonymous memory of a process. */
    ANONYMOUS("anonymous, movable"),
    /** The page cache and shared memory. */
    PAGE_CACHE("page cache, movable"),
    /** Locked by mlock or unevictable otherwise, MAP_CONTIG among it. */
    LOCKED("locked, unevictable"),
    /** A huge page: of a pool, or transparent. */
    HUGE("huge page"),
    /** The kernel's own, or a driver's; also what it keeps free in lists of single pages. */
    KERNEL("kernel, unmovable"),
    /** Broken memory. */
    BROKEN("broken (hwpoison)"),
    /** Of the processes that were asked for. */
    OURS("the given processes");

    private static final long NOTHING = Flag.NOPAGE.mask() | Flag.OFFLINE.mask();
    private static final long HUGE_PAGE = Flag.HUGE.mask() | Flag.THP.mask();
    private static final long NO_USER_PAGE = Flag.SLAB.mask() | Flag.PGTABLE.mask();

    private final String text;

    PageKind(final String text) {
        this.text = text;
    }

    /**
     * A few words for a legend.
     *
     * @return the words
     */
    public String text() {
        return text;
    }

    /**
     * Whether the kernel can move such pages away to make room.
     *
     * @return true if so, as a rule: each of them may be pinned
     */
    public boolean movable() {
        return this == ANONYMOUS || this == PAGE_CACHE;
    }

    /**
     * Tells the kind from the kernel's flags.
     *
     * @param word of /proc/kpageflags
     * @return the kind; never {@link #RESERVE} and {@link #OURS}, which no flag tells
     */
    public static PageKind of(final long word) {
        if ((word & NOTHING) != 0) {
            return HOLE;
        }
        if ((word & Flag.HWPOISON.mask()) != 0) {
            return BROKEN;
        }
        if ((word & Flag.BUDDY.mask()) != 0) {
            return FREE;
        }
        // Before the rest: the kernel keeps other things in a slab's page where user pages have their counts.
        if ((word & NO_USER_PAGE) != 0) {
            return KERNEL;
        }
        if ((word & HUGE_PAGE) != 0) {
            return HUGE;
        }
        if ((word & Flag.UNEVICTABLE.mask()) != 0) {
            return LOCKED;
        }
        if ((word & Flag.ANON.mask()) != 0) {
            return ANONYMOUS;
        }
        return (word & Flag.LRU.mask()) != 0 ? PAGE_CACHE : KERNEL;
    }
}
