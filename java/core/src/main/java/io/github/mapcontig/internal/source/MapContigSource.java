// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.internal.source;

import io.github.mapcontig.AllocationRequest;
import io.github.mapcontig.Errno;
import io.github.mapcontig.Extent;
import io.github.mapcontig.PhysicalLayout;
import io.github.mapcontig.Pinning;
import io.github.mapcontig.Refusal;
import io.github.mapcontig.Sharing;
import io.github.mapcontig.Source;
import io.github.mapcontig.internal.libc.LibC;
import io.github.mapcontig.internal.libc.Linux;
import io.github.mapcontig.internal.platform.KernelFiles;
import io.github.mapcontig.internal.platform.Sizes;
import java.util.List;
import java.util.Optional;

/** {@code mmap(MAP_CONTIG)}. */
public final class MapContigSource implements MemorySource {
    /** The kernel aligns to this at most: the size of a huge page-table entry (contract, C14). */
    private static final long MAX_ALIGNMENT = 2L << 20;
    private static final String WHO = Source.MAP_CONTIG.name();

    private final SourceContext context;
    private final LibC libC;
    private final MapContigProbe probe;

    /**
     * Creates the source.
     *
     * @param context what it works with
     */
    public MapContigSource(final SourceContext context) {
        this.context = context;
        this.libC = context.libC();
        this.probe = new MapContigProbe(libC, context.files());
    }

    @Override
    public Source id() {
        return Source.MAP_CONTIG;
    }

    @Override
    public SourceMemory map(final AllocationRequest request, final long length) throws RefusedException {
        final Optional<Refusal> unusable = probe.refusal(context.pageSize());
        if (unusable.isPresent()) {
            throw new RefusedException(unusable.get());
        }
        final Placement placement = placement(request, length);
        final long spare = spare(placement, length);
        final long address = spare == 0 ? mmap(request, length, 0) : mmapPlaced(request, length, spare, placement);
        return SourceMemory.ofPages(address, length, context.pageSize(), Pinning.UNMOVABLE, context.coherency());
    }

    private static Placement placement(final AllocationRequest request, final long length) {
        final Placement wanted = Placement.of(request);
        if (wanted.boundary() == 0 || length <= wanted.boundary()) {
            return wanted;
        }
        // It may have several extents then, and each boundary cuts it. From a boundary on there is one cut less.
        final long fewest = (length - 1) / wanted.boundary() + 1;
        return new Placement(request.maxExtents() > fewest ? wanted.alignment() : wanted.boundary(), 0, wanted.lastAddress());
    }

    /**
     * How much more to map, so that a part of it lies as it is wanted. The kernel aligns a range to its length rounded up to a power
     * of two, but to a huge page at most; so what is no longer than that crosses no boundary that it could avoid.
     */
    private static long spare(final Placement placement, final long length) {
        if (placement.boundary() != 0 && length > MAX_ALIGNMENT) {
            return length;
        }
        return Math.max(placement.alignment() - Math.min(length, MAX_ALIGNMENT), 0);
    }

    private long mmap(final AllocationRequest request, final long length, final long spare) throws RefusedException {
        final int sharing = request.sharing() == Sharing.SHARED ? Linux.MAP_SHARED : Linux.MAP_PRIVATE;
        final long address = libC.mmap(0, length + spare, Linux.PROT_READ | Linux.PROT_WRITE,
                sharing | Linux.MAP_ANONYMOUS | Linux.MAP_CONTIG, -1, 0);
        if (address == LibC.MAP_FAILED) {
            throw new RefusedException(explain(new Errno(libC.errno()), request, length, spare));
        }
        return address;
    }

    /** First as it comes, since what is cut off a longer range stays taken as long as the range is used. */
    private long mmapPlaced(final AllocationRequest request, final long length, final long spare, final Placement placement)
            throws RefusedException {
        final long address = mmap(request, length, 0);
        final List<Extent> extents = layout(address, length).extents();
        if (extents.size() == 1 && placement.violation(extents.get(0)).isEmpty()) {
            return address;
        }
        libC.munmap(address, length);
        return trim(mmap(request, length, spare), length, spare, placement);
    }

    /** Where a range lies; unmaps it if that can not be told. */
    private PhysicalLayout layout(final long address, final long length) throws RefusedException {
        boolean told = false;
        try {
            final PhysicalLayout layout = context.pagemap().get().layout(address, length);
            if (layout.hiddenPages() > 0) {
                throw new RefusedException(Refusal.of(WHO, "to place memory so takes page frame numbers, which the kernel hides from"
                        + " this process", "run with CAP_SYS_ADMIN in the initial user namespace, or ask for an alignment of at most "
                        + Sizes.exact(MAX_ALIGNMENT) + " and no boundary"));
            }
            told = true;
            return layout;
        } finally {
            if (!told) {
                libC.munmap(address, length);
            }
        }
    }

    /** Unmaps what is not wanted of a range, at its start and its end. */
    private long trim(final long address, final long length, final long spare, final Placement placement)
            throws RefusedException {
        final PhysicalLayout layout = layout(address, length + spare);
        final Optional<Extent> part = layout.extents().stream()
                .flatMap(extent -> placement.parts(extent.physicalAddress(), extent.length(), context.pageSize()).stream()
                        .map(fit -> new Extent(extent.offset() + fit.offset(), fit.physicalAddress(), fit.length())))
                .filter(fit -> fit.length() >= length)
                .findFirst();
        // Without such a part the kernel is not one that keeps its promises, or memory is too high: the proof will tell.
        final long start = address + part.map(Extent::offset).orElse(0L);
        if (start > address) {
            libC.munmap(address, start - address);
        }
        if (start < address + spare) {
            libC.munmap(start + length, address + spare - start);
        }
        return start;
    }

    /** Says what an error number of this mmap means here (contract, section 4). */
    private Refusal explain(final Errno errno, final AllocationRequest request, final long wanted, final long spare) {
        final long length = wanted + spare;
        if (errno.equals(Errno.EPERM)) {
            return Refusal.of(WHO, "this process may not lock memory at all (" + context.limits().get() + ")",
                    errno, LockAdvice.raiseLimit(length));
        }
        if (errno.equals(Errno.EAGAIN)) {
            return Refusal.of(WHO, Sizes.exact(length) + " more would pass the limit on locked memory (" + context.limits().get()
                    + "; what other processes of this user hold counts too)", errno, LockAdvice.raiseLimit(length));
        }
        if (errno.equals(Errno.ENOMEM)) {
            final String place = request.boundary() == 0 ? "alignment of " + Sizes.exact(request.alignment())
                    : "boundary of " + Sizes.exact(request.boundary());
            return Refusal.of(WHO, "no contiguous range of " + Sizes.exact(length) + (spare == 0 ? "" : ", which the " + place
                    + " takes for " + Sizes.exact(wanted) + " to be cut out of it,") + " can be had (" + memory() + ")", errno,
                    "reserve memory at boot with the kernel parameter contig_cma=SIZE, or ask for less"
                            + (spare == 0 ? "" : ", or for an alignment of at most " + Sizes.exact(MAX_ALIGNMENT) + " and no boundary")
                            + "; a limit on the memory cgroup or the address space gives the same error");
        }
        if (errno.equals(Errno.EOPNOTSUPP)) {
            return Refusal.of(WHO, "the kernel does not serve MAP_CONTIG", errno, "boot a kernel with CONFIG_MAP_CONTIG=y");
        }
        return Refusal.of(WHO, "mmap of " + Sizes.exact(length) + " failed", errno, "look into the kernel log (dmesg)");
    }

    private String memory() {
        final StringBuilder text = new StringBuilder();
        final KernelFiles files = context.files();
        files.totalMemory().ifPresent(bytes -> text.append("MemTotal ").append(Sizes.rounded(bytes)));
        files.availableMemory().ifPresent(bytes -> text.append(", MemAvailable ").append(Sizes.rounded(bytes)));
        files.reserves().forEach((node, reserve) -> text.append(", reserve of node ").append(node).append(": ")
                .append(Sizes.rounded(reserve.free())).append(" free of ").append(Sizes.rounded(reserve.bytes())));
        return text.toString();
    }
}
