// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.benchmarks.counts;

import io.github.mapcontig.AllocationRequest;
import io.github.mapcontig.ContiguousBuffer;
import io.github.mapcontig.ContiguousMemory;
import io.github.mapcontig.Source;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** The kinds of memory that are compared. Each lies as it claims, or there is an exception. */
enum Memory {
    CONTIGUOUS("MAP_CONTIG", 256L << 20) {
        @Override
        ContiguousBuffer allocate() {
            return checked(ContiguousMemory.request().sources(Source.MAP_CONTIG).size(size()).allocate(), 1);
        }
    },
    /** Of a pool in which no page has a free neighbor but by chance, as after a while in use. */
    HUGE_PAGES("huge pages of 2 MiB in disorder", 256L << 20) {
        @Override
        ContiguousBuffer allocate() {
            final long pages = size() / HUGE_PAGE;
            final List<ContiguousBuffer> all = new ArrayList<>();
            try {
                for (long i = 0; i < 2 * pages; i++) {
                    all.add(ContiguousMemory.request().sources(Source.HUGETLB).size(HUGE_PAGE).allocate());
                }
                Collections.shuffle(all, new Random(SEED));
                all.subList(0, (int) pages).forEach(ContiguousBuffer::close);
                return checked(ContiguousMemory.request().sources(Source.HUGETLB).size(size()).maxExtents(AllocationRequest.ANY_EXTENTS)
                        .pinned(true).allocate(), pages / 2);
            } finally {
                all.forEach(ContiguousBuffer::close);
            }
        }
    },
    PAGES("pages of 4 KiB in disorder", 32L << 20) {
        @Override
        ContiguousBuffer allocate() {
            return checked(Holes.into(3 * size(), () -> ContiguousMemory.request().sources(Source.LOCKED).size(size())
                    .maxExtents(AllocationRequest.ANY_EXTENTS).pinned(true).allocate()), size() / PAGE * 3 / 4);
        }
    };

    private static final long PAGE = 4096;
    private static final long HUGE_PAGE = 2L << 20;
    private static final long SEED = 20261128;

    private final String title;
    private final long size;

    Memory(final String title, final long size) {
        this.title = title;
        this.size = size;
    }

    String title() {
        return title;
    }

    /** Bytes of a buffer of it: larger transfers go round in it. */
    long size() {
        return size;
    }

    /** A buffer whose pages stay where they are. */
    abstract ContiguousBuffer allocate();

    private static ContiguousBuffer checked(final ContiguousBuffer buffer, final long leastExtents) {
        final int extents = buffer.extents().size();
        if (extents < leastExtents) {
            buffer.close();
            throw new IllegalStateException("memory in disorder has " + extents + " extents, and should have " + leastExtents
                    + " at least: boot the guest with transparent_hugepage=never, and count soon after that");
        }
        return buffer;
    }
}
