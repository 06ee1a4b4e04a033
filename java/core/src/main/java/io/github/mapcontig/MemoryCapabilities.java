// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

import io.github.mapcontig.internal.libc.LibC;
import io.github.mapcontig.internal.libc.Linux;
import io.github.mapcontig.internal.platform.KernelFiles;
import io.github.mapcontig.internal.platform.Sizes;
import io.github.mapcontig.internal.source.MapContigProbe;
import java.util.List;
import java.util.Optional;

/**
 * What this process can do on this machine, found out by trying, and for each thing that it can not, what would change it.
 *
 * @param kernelRelease as {@code uname -r} prints it
 * @param architecture  of the JVM
 * @param pageSize      bytes in a page
 * @param lockLimits    how much memory may be locked
 * @param mapContig     whether the kernel has MAP_CONTIG
 * @param pfns          whether page frame numbers can be read, so that contiguity can be proved
 * @param locking       whether memory may be locked without limit
 * @param reserve       whether memory is reserved for MAP_CONTIG
 * @param devices       whether devices see physical addresses as they are
 */
public record MemoryCapabilities(String kernelRelease, String architecture, long pageSize, LockLimits lockLimits,
                                 Capability mapContig, Capability pfns, Capability locking, Capability reserve,
                                 Capability devices) {
    /**
     * Finds out. Allocates a page for a moment and leaves nothing behind.
     *
     * @return what was found
     * @throws ContiguousMemoryException if the platform is not supported at all
     */
    public static MemoryCapabilities probe() {
        return probe(Environment.get());
    }

    static MemoryCapabilities probe(final Environment environment) {
        final KernelFiles files = environment.files();
        final LockLimits limits = environment.lockLimits();
        return new MemoryCapabilities(files.kernelRelease().orElse("unknown"), environment.platform().osArch(),
                environment.pageSize(), limits, mapContig(environment), pfns(environment), locking(limits), reserve(files),
                devices(files));
    }

    /**
     * All of them.
     *
     * @return in the order of importance
     */
    public List<Capability> all() {
        return List.of(mapContig, pfns, locking, reserve, devices);
    }

    private static Capability mapContig(final Environment environment) {
        final String name = "mmap(MAP_CONTIG)";
        final Optional<Refusal> refusal = new MapContigProbe(environment.libC(), environment.files())
                .refusal(environment.pageSize());
        return refusal.map(why -> Capability.no(name, why.whatHappened(), why.remedy()))
                .orElseGet(() -> Capability.yes(name, "the kernel has it"
                        + (environment.files().mapContigAbi().isPresent() ? ", contract "
                                + environment.files().mapContigAbi().getAsLong() : "")));
    }

    /** Reads a page of one's own: the only way to know, since namespaces and security modules have a say. */
    private static Capability pfns(final Environment environment) {
        final String name = "page frame numbers";
        final LibC libC = environment.libC();
        final long pageSize = environment.pageSize();
        final long address = libC.mmap(0, pageSize, Linux.PROT_READ | Linux.PROT_WRITE,
                Linux.MAP_PRIVATE | Linux.MAP_ANONYMOUS, -1, 0);
        if (address == LibC.MAP_FAILED) {
            return Capability.no(name, "no page to try it with: mmap: " + new Errno(libC.errno()), "free memory");
        }
        try {
            if (libC.madvise(address, pageSize, Linux.MADV_POPULATE_WRITE) != 0) {
                return Capability.no(name, "no page to try it with: madvise(MADV_POPULATE_WRITE): " + new Errno(libC.errno()),
                        "use Linux 5.14 or later");
            }
            return environment.pagemap().entry(address).pageFrameNumber().isPresent()
                    ? Capability.yes(name, "readable in /proc/self/pagemap: contiguity can be proved")
                    : Capability.no(name, "hidden: contiguity can not be proved, physical addresses are unknown",
                            "run with CAP_SYS_ADMIN in the initial user namespace (systemd:"
                                    + " AmbientCapabilities=CAP_SYS_ADMIN; container: --cap-add SYS_ADMIN; by hand: sudo setpriv"
                                    + " --ambient-caps +sys_admin --inh-caps +sys_admin --reuid USER java ...)");
        } catch (final ContiguousMemoryException e) {
            return Capability.no(name, e.getMessage(), e.refusals().get(0).remedy());
        } finally {
            libC.munmap(address, pageSize);
        }
    }

    private static Capability locking(final LockLimits limits) {
        final String name = "locking memory";
        return limits.exempt() || limits.soft() == LockLimits.UNLIMITED
                ? Capability.yes(name, limits.toString())
                : Capability.no(name, limits.toString(), "for more: ulimit -l KIB, systemd LimitMEMLOCK=infinity,"
                        + " container --ulimit memlock=-1:-1, or CAP_IPC_LOCK");
    }

    private static Capability reserve(final KernelFiles files) {
        final String name = "reserve";
        final StringBuilder text = new StringBuilder();
        long bytes = 0;
        for (final var node : files.reserves().entrySet()) {
            bytes += node.getValue().bytes();
            text.append(text.isEmpty() ? "" : "; ").append("node ").append(node.getKey()).append(": ")
                    .append(Sizes.rounded(node.getValue().free())).append(" free of ")
                    .append(Sizes.rounded(node.getValue().bytes()));
        }
        return bytes > 0 ? Capability.yes(name, text.toString())
                : Capability.no(name, "no memory is reserved for MAP_CONTIG: large requests depend on luck",
                        "boot with contig_cma=SIZE");
    }

    private static Capability devices(final KernelFiles files) {
        final String name = "physical addresses for devices";
        return files.iommuTranslates()
                ? Capability.no(name, "an IOMMU translates: devices see other addresses than physical ones",
                        "boot with iommu=pt, or translate through VFIO")
                : Capability.yes(name, "no IOMMU translates: devices see physical addresses as they are");
    }
}
