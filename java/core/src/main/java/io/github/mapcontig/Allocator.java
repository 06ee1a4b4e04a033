// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

import io.github.mapcontig.internal.libc.LibC;
import io.github.mapcontig.internal.libc.Linux;
import io.github.mapcontig.internal.mapping.Mapping;
import io.github.mapcontig.internal.platform.Sizes;
import io.github.mapcontig.internal.source.MapContigSource;
import io.github.mapcontig.internal.source.MemorySource;
import io.github.mapcontig.internal.source.RefusedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * Carries requests out: tries the sources in their order, and hands out what a source mapped only after it was proved.
 * Whatever fails on the way, what was mapped is unmapped.
 */
final class Allocator {
    private final Supplier<Environment> environments;

    Allocator(final Supplier<Environment> environments) {
        this.environments = environments;
    }

    ContiguousBuffer allocate(final AllocationRequest request) {
        final Environment environment = environments.get();
        final long length = roundUp(request, environment.pageSize());
        final List<Refusal> refusals = new ArrayList<>();
        final OptionalLong total = environment.files().totalMemory();
        if (total.isPresent() && length > total.getAsLong()) {
            refusals.add(Refusal.of("memory", "this machine has " + Sizes.rounded(total.getAsLong()) + " (MemTotal)",
                    "ask for less than that: contiguous memory can not be overcommitted or swapped"));
            throw new ContiguousMemoryException(request, refusals, environment.lockLimits());
        }
        final Map<Source, MemorySource> sources = Map.of(Source.MAP_CONTIG, new MapContigSource(environment.libC(),
                environment.files(), environment::lockLimits, environment.pageSize()));
        for (final Source source : request.sources()) {
            try {
                return allocate(environment, request, sources.get(source), length);
            } catch (final RefusedException e) {
                refusals.add(e.refusal());
            }
        }
        throw new ContiguousMemoryException(request, refusals, environment.lockLimits());
    }

    private static long roundUp(final AllocationRequest request, final long pageSize) {
        final long unit = Math.max(request.alignment(), pageSize);
        if (request.size() > Long.MAX_VALUE - unit) {
            throw new IllegalArgumentException("size " + request.size() + " rounded up to whole pages passes 2^63");
        }
        return (request.size() + unit - 1) & -unit;
    }

    private static ContiguousBuffer allocate(final Environment environment, final AllocationRequest request,
                                             final MemorySource source, final long length) throws RefusedException {
        prepareTombstone(environment, source);
        final long address = source.map(request, length);
        boolean handedOut = false;
        try {
            if (request.sharing() == Sharing.PRIVATE) {
                advise(environment, source, address, length, Linux.MADV_DONTFORK, "MADV_DONTFORK");
            }
            // Buffers of this kind are large and hold other people's data; a core file is the wrong place for both.
            advise(environment, source, address, length, Linux.MADV_DONTDUMP, "MADV_DONTDUMP");
            final ContiguityProof proof = new Prover(environment).prove(address, length);
            check(request, source, proof);
            final Mapping mapping = new Mapping(environment.libC(), environment.tombstone(), address, length);
            handedOut = true;
            return new ContiguousBuffer(new Allocation(environment, mapping, source.id(), proof));
        } finally {
            if (!handedOut) {
                environment.libC().munmap(address, length);
            }
        }
    }

    private static void prepareTombstone(final Environment environment, final MemorySource source) throws RefusedException {
        final int error = environment.tombstone().prepare();
        if (error != 0) {
            throw new RefusedException(Refusal.of(source.id().name(), "memfd_create failed, which a safe close() needs",
                    new Errno(error), "raise the limit on open files (ulimit -n)"));
        }
    }

    private static void advise(final Environment environment, final MemorySource source, final long address,
                               final long length, final int advice, final String name) throws RefusedException {
        final LibC libC = environment.libC();
        if (libC.madvise(address, length, advice) != 0) {
            throw new RefusedException(Refusal.of(source.id().name(), "madvise(" + name + ") failed; the memory was released",
                    new Errno(libC.errno()), "check the seccomp filter of the process and the kernel log (dmesg)"));
        }
    }

    private static void check(final AllocationRequest request, final MemorySource source, final ContiguityProof proof)
            throws RefusedException {
        final String who = source.id().name();
        if (proof.level() == ProofLevel.NONE) {
            if (request.proof() != ProofLevel.NONE) {
                throw new RefusedException(Refusal.of(who, "the memory was released, since it can not be proved contiguous: "
                        + proof.reason().orElseThrow(), "run with CAP_SYS_ADMIN in the initial user namespace (systemd:"
                        + " AmbientCapabilities=CAP_SYS_ADMIN CAP_IPC_LOCK), or ask for .proof(ProofLevel.NONE) to rely on"
                        + " the kernel's promise and do without physical addresses"));
            }
            return;
        }
        if (!proof.isContiguous()) {
            throw new RefusedException(Refusal.of(who, "the memory was released, since it is not contiguous: "
                    + proof.extents().size() + " extents, " + proof.presentPages() + " of " + proof.pages()
                    + " pages present", "report this with the kernel's release: the kernel broke its promise"));
        }
        final Extent extent = proof.extents().get(0);
        if (Long.compareUnsigned(extent.lastPhysicalAddress(), request.lastUsableAddress()) > 0) {
            throw new RefusedException(Refusal.of(who, "the memory was released, since it lies at "
                    + Sizes.range(extent.physicalAddress(), extent.length()) + ", above what " + request.addressBits()
                    + " address bits reach (0x" + Long.toHexString(request.lastUsableAddress()) + ")",
                    "MAP_CONTIG does not choose addresses: use a device that reaches higher, or put it behind an IOMMU"));
        }
        if (extent.physicalAddress() % request.alignment() != 0) {
            throw new RefusedException(Refusal.of(who, "the memory was released, since it lies at 0x"
                    + Long.toHexString(extent.physicalAddress()) + ", not aligned to " + Sizes.exact(request.alignment()),
                    "ask for a greater size or a smaller alignment"));
        }
    }
}
