// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.internal.source;

import io.github.mapcontig.AllocationRequest;
import io.github.mapcontig.Errno;
import io.github.mapcontig.LockLimits;
import io.github.mapcontig.Refusal;
import io.github.mapcontig.Sharing;
import io.github.mapcontig.Source;
import io.github.mapcontig.internal.libc.LibC;
import io.github.mapcontig.internal.libc.Linux;
import io.github.mapcontig.internal.platform.KernelFiles;
import io.github.mapcontig.internal.platform.Sizes;
import java.util.Optional;
import java.util.function.Supplier;

/** {@code mmap(MAP_CONTIG)}. */
public final class MapContigSource implements MemorySource {
    /** The kernel aligns to this at most: the size of a huge page-table entry (contract, C14). */
    private static final long MAX_ALIGNMENT = 2L << 20;
    private static final long KIB = 1024;
    private static final String WHO = Source.MAP_CONTIG.name();

    private final LibC libC;
    private final KernelFiles files;
    private final MapContigProbe probe;
    private final Supplier<LockLimits> limits;
    private final long pageSize;

    /**
     * Creates the source.
     *
     * @param libC     the C library
     * @param files    values of /proc and /sys, for messages
     * @param limits   reads the limits on locked memory, for messages
     * @param pageSize bytes in a page
     */
    public MapContigSource(final LibC libC, final KernelFiles files, final Supplier<LockLimits> limits,
                           final long pageSize) {
        this.libC = libC;
        this.files = files;
        this.probe = new MapContigProbe(libC, files);
        this.limits = limits;
        this.pageSize = pageSize;
    }

    @Override
    public Source id() {
        return Source.MAP_CONTIG;
    }

    @Override
    public long map(final AllocationRequest request, final long length) throws RefusedException {
        if (request.alignment() > MAX_ALIGNMENT) {
            throw new RefusedException(Refusal.of(WHO, "MAP_CONTIG aligns to " + Sizes.exact(MAX_ALIGNMENT) + " at most",
                    "ask for an alignment of at most " + MAX_ALIGNMENT));
        }
        final Optional<Refusal> unusable = probe.refusal(pageSize);
        if (unusable.isPresent()) {
            throw new RefusedException(unusable.get());
        }
        final int sharing = request.sharing() == Sharing.SHARED ? Linux.MAP_SHARED : Linux.MAP_PRIVATE;
        final long address = libC.mmap(0, length, Linux.PROT_READ | Linux.PROT_WRITE,
                sharing | Linux.MAP_ANONYMOUS | Linux.MAP_CONTIG, -1, 0);
        if (address == LibC.MAP_FAILED) {
            throw new RefusedException(explain(new Errno(libC.errno()), length));
        }
        return address;
    }

    /** Says what an error number of this mmap means here (contract, section 4). */
    private Refusal explain(final Errno errno, final long length) {
        if (errno.equals(Errno.EPERM)) {
            return Refusal.of(WHO, "this process may not lock memory at all (" + limits.get() + ")", errno, raiseLimit(length));
        }
        if (errno.equals(Errno.EAGAIN)) {
            return Refusal.of(WHO, Sizes.exact(length) + " more would pass the limit on locked memory (" + limits.get()
                    + "; what other processes of this user hold counts too)", errno, raiseLimit(length));
        }
        if (errno.equals(Errno.ENOMEM)) {
            return Refusal.of(WHO, "no contiguous range of " + Sizes.exact(length) + " can be had (" + memory() + ")", errno,
                    "reserve memory at boot with the kernel parameter contig_cma=SIZE, or ask for less; a limit on the"
                            + " memory cgroup or the address space gives the same error");
        }
        if (errno.equals(Errno.EOPNOTSUPP)) {
            return Refusal.of(WHO, "the kernel does not serve MAP_CONTIG", errno, "boot a kernel with CONFIG_MAP_CONTIG=y");
        }
        return Refusal.of(WHO, "mmap of " + Sizes.exact(length) + " failed", errno, "look into the kernel log (dmesg)");
    }

    private static String raiseLimit(final long length) {
        // In KiB and upwards, as ulimit counts.
        final long kib = (length - 1) / KIB + 1;
        return "raise the limit above what is held already plus " + kib + " KiB (ulimit -l KIB; prlimit --memlock=BYTES;"
                + " systemd: LimitMEMLOCK=), or give the process CAP_IPC_LOCK (systemd: AmbientCapabilities=CAP_IPC_LOCK)";
    }

    private String memory() {
        final StringBuilder text = new StringBuilder();
        files.totalMemory().ifPresent(bytes -> text.append("MemTotal ").append(Sizes.rounded(bytes)));
        files.availableMemory().ifPresent(bytes -> text.append(", MemAvailable ").append(Sizes.rounded(bytes)));
        files.reserves().forEach((node, reserve) -> text.append(", reserve of node ").append(node).append(": ")
                .append(Sizes.rounded(reserve.free())).append(" free of ").append(Sizes.rounded(reserve.bytes())));
        return text.toString();
    }
}
