// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.internal.source;

import io.github.mapcontig.AllocationRequest;
import io.github.mapcontig.Errno;
import io.github.mapcontig.Pinning;
import io.github.mapcontig.Refusal;
import io.github.mapcontig.Source;
import io.github.mapcontig.internal.platform.HugePagePool;
import io.github.mapcontig.internal.platform.Sizes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Huge pages of the pool: one that is large enough, or several that are neighbors in memory.
 *
 * <p>Needs nothing but a filled pool: a stock kernel will do, and no mounted hugetlbfs.
 */
public final class HugetlbSource implements MemorySource {
    private static final String WHO = Source.HUGETLB.name();

    /**
     * Whoever searches takes more of a pool than wanted, for a moment. Searches of this process wait for each other, lest one finds the
     * pool empty because of another; other processes may come in between.
     */
    private static final Object SEARCH = new Object();

    private final SourceContext context;

    /**
     * Creates the source.
     *
     * @param context what it works with
     */
    public HugetlbSource(final SourceContext context) {
        this.context = context;
    }

    @Override
    public Source id() {
        return Source.HUGETLB;
    }

    @Override
    public SourceMemory map(final AllocationRequest request, final long length) throws RefusedException {
        synchronized (SEARCH) {
            return search(request, length);
        }
    }

    private SourceMemory search(final AllocationRequest request, final long length) throws RefusedException {
        final List<HugePagePool> pools = context.files().hugePagePools(request.node());
        final List<HugePagePool> usable = pools.stream().filter(pool -> pool.free() >= pool.pagesFor(length))
                // The least memory first; where that is the same, the larger page, which needs no neighbors.
                .sorted(Comparator.<HugePagePool>comparingLong(pool -> pool.pagesFor(length) * pool.pageSize())
                        .thenComparing(Comparator.comparingLong(HugePagePool::pageSize).reversed()))
                .toList();
        if (usable.isEmpty()) {
            throw new RefusedException(tooFew(pools, length));
        }
        final List<Refusal> refusals = new ArrayList<>();
        for (final HugePagePool pool : usable) {
            try {
                return map(request, length, pool);
            } catch (final RefusedException e) {
                refusals.add(e.refusal());
            }
        }
        throw RefusedException.ofAll(refusals);
    }

    private SourceMemory map(final AllocationRequest request, final long length, final HugePagePool pool)
            throws RefusedException {
        try (HugePageFile file = new HugePageFile(context, pool)) {
            final long address = file.arrange(choose(request, length, pool, file));
            return SourceMemory.ofPages(address, pool.pagesFor(length) * pool.pageSize(), pool.pageSize(), Pinning.NONE,
                    context.coherency());
        }
    }

    /** Takes ever more of the pool until there are neighbors among them. */
    private int[] choose(final AllocationRequest request, final long length, final HugePagePool pool, final HugePageFile file)
            throws RefusedException {
        final Placement placement = Placement.of(request).ofPages(pool.pageSize());
        final int wanted = Math.toIntExact(pool.pagesFor(length));
        long pages = wanted;
        while (true) {
            final long[] addresses = file.take(Math.toIntExact(pages));
            if (wanted == 1 && placement.isAnyPage(pool.pageSize())) {
                return new int[] {0};
            }
            if (addresses.length == 0) {
                throw new RefusedException(Refusal.of(WHO, "which of the pool's pages of " + Sizes.exact(pool.pageSize())
                        + " are neighbors, or where one lies, takes page frame numbers, which the kernel hides from this process",
                        "run with CAP_SYS_ADMIN in the initial user namespace, or ask for at most one huge page ("
                                + Sizes.exact(pool.pageSize()) + ")"));
            }
            final PageChoice choice = new PageChoice(addresses, pool.pageSize(), placement);
            final Optional<int[]> chosen = choice.choose(wanted, request.maxExtents());
            if (chosen.isPresent()) {
                return chosen.get();
            }
            if (pages >= pool.free()) {
                throw new RefusedException(unfitting(pool, wanted, placement, choice));
            }
            pages = Math.min(pages * 2, pool.free());
        }
    }

    private static Refusal unfitting(final HugePagePool pool, final int wanted, final Placement placement, final PageChoice choice) {
        final String asked = placement.inWords();
        final String found = "of the " + pool.free() + " free pages of " + Sizes.exact(pool.pageSize())
                + (wanted == 1 ? " none lies" : " no " + wanted + " are neighbors") + " where asked for"
                + (asked.isEmpty() ? "" : ", " + asked);
        if (choice.longest() == 0) {
            // More pages, or larger ones, would lie elsewhere by luck only.
            return Refusal.of(WHO, found + ": they lie from 0x" + Long.toHexString(choice.lowest()) + " to 0x"
                    + Long.toHexString(choice.highest()), "use another source, a device that reaches higher or is less particular, or"
                    + " an IOMMU: where the pool's pages lie can not be chosen");
        }
        return Refusal.of(WHO, found + " (the longest extent: " + Sizes.exact(choice.longest()) + ")", "reserve more of them"
                + (placement.reachesAll() ? ", or larger ones, at boot, when memory is whole: kernel parameters hugepagesz=1G hugepages=N"
                : " at boot, when memory is whole (kernel parameter hugepages=N), use another source, or a device that reaches higher"));
    }

    private static Refusal tooFew(final List<HugePagePool> pools, final long length) {
        if (pools.isEmpty()) {
            return Refusal.of(WHO, "this kernel has no huge pages, or not on that node", "boot a kernel with CONFIG_HUGETLBFS=y");
        }
        final String found = pools.stream().map(HugePagePool::toString).collect(Collectors.joining(", "));
        final String remedy = pools.stream().min(Comparator.comparingLong(HugePagePool::pageSize))
                .map(pool -> pool.remedy(pool.pagesFor(length))).orElseThrow();
        return Refusal.of(WHO, "too few huge pages are free for " + Sizes.exact(length) + ": " + found, Errno.ENOMEM, remedy);
    }
}
