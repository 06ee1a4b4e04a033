// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.internal.source;

import io.github.mapcontig.Errno;
import io.github.mapcontig.Refusal;
import io.github.mapcontig.internal.libc.LibC;
import io.github.mapcontig.internal.libc.Linux;
import io.github.mapcontig.internal.platform.KernelFiles;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Finds out whether the kernel has MAP_CONTIG. A kernel without it ignores the flag of an anonymous mmap and returns
 * ordinary memory without an error, so success tells nothing; this asks for a combination that only a kernel with MAP_CONTIG
 * refuses (contract, section 2), and gets no memory either way.
 */
public final class MapContigProbe {
    /** The contract this library speaks. */
    private static final long ABI = 1;
    private static final String WHO = "MAP_CONTIG";
    private static final String GET_KERNEL = "boot a kernel with the MAP_CONTIG patches and CONFIG_MAP_CONTIG=y";

    private final LibC libC;
    private final KernelFiles files;

    /**
     * Creates a probe.
     *
     * @param libC  the C library
     * @param files values of /proc and /sys
     */
    public MapContigProbe(final LibC libC, final KernelFiles files) {
        this.libC = libC;
        this.files = files;
    }

    /**
     * Asks the kernel.
     *
     * @param pageSize bytes in a page
     * @return why MAP_CONTIG can not be used; empty if it can
     */
    public Optional<Refusal> refusal(final long pageSize) {
        final long address = libC.mmap(0, pageSize, Linux.PROT_NONE,
                Linux.MAP_PRIVATE | Linux.MAP_ANONYMOUS | Linux.MAP_CONTIG | Linux.MAP_GROWSDOWN, -1, 0);
        if (address != LibC.MAP_FAILED) {
            libC.munmap(address, pageSize);
            return Optional.of(Refusal.of(WHO, "this kernel lacks MAP_CONTIG"
                    + files.kernelRelease().map(release -> " (release " + release + ")").orElse("")
                    + ": it ignores the flag and would return ordinary, scattered memory", GET_KERNEL));
        }
        final Errno errno = new Errno(libC.errno());
        if (errno.equals(Errno.EINVAL)) {
            return wrongAbi();
        }
        if (errno.equals(Errno.EOPNOTSUPP)) {
            return Optional.of(Refusal.of(WHO, "this kernel has the MAP_CONTIG patches but MAP_CONTIG is switched off in its"
                    + " configuration", errno, GET_KERNEL));
        }
        return Optional.of(Refusal.of(WHO, "can not find out whether this kernel has MAP_CONTIG: the mmap that asks failed",
                errno, "look into /sys/kernel/mm/map_contig/abi and the kernel log (dmesg)"));
    }

    private Optional<Refusal> wrongAbi() {
        final OptionalLong abi = files.mapContigAbi();
        // Without /sys (a bare chroot) the answer of mmap has to do; the proof follows anyway.
        return abi.isEmpty() || abi.getAsLong() == ABI ? Optional.empty()
                : Optional.of(Refusal.of(WHO, "this kernel speaks contract " + abi.getAsLong() + " of MAP_CONTIG, this library"
                        + " speaks " + ABI, "use the version of this library that was made for the kernel"));
    }
}
