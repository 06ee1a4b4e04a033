// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

import io.github.mapcontig.internal.libc.Linux;
import io.github.mapcontig.internal.libc.Shims;
import io.github.mapcontig.internal.platform.Sizes;
import io.github.mapcontig.internal.source.SourceMemory;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;

/** Takes proofs of memory of this process. */
final class Prover {
    private static final String WHERE_HIDDEN = "the kernel hides page frame numbers from this process (CAP_SYS_ADMIN in the"
            + " initial user namespace shows them)";
    private static final String HIDDEN = WHERE_HIDDEN + ", and it is not known to lie within one huge page";
    private static final String IOMMU = "an IOMMU translates on this machine: a device behind it sees other addresses (boot with"
            + " iommu=pt, or map the memory through VFIO)";

    private final Environment environment;

    Prover(final Environment environment) {
        this.environment = environment;
    }

    /** Of any memory. */
    ContiguityProof prove(final long address, final long length) {
        return prove(address, length, environment.pageSize(), Pinning.NONE);
    }

    /** Of memory of a source, or a part of it from its start. */
    ContiguityProof prove(final SourceMemory memory, final long length, final Pinning pinning) {
        if (memory.unprovable().isEmpty()) {
            return prove(memory.address(), length, memory.pageSize(), pinning);
        }
        final String reason = memory.unprovable().get();
        final OptionalLong bus = memory.busAddress();
        final List<Extent> extents = bus.isPresent() ? List.of(new Extent(0, bus.getAsLong(), length)) : List.of();
        final PhysicalLayout layout = new PhysicalLayout(memory.address(), length, environment.pageSize(), extents,
                length / environment.pageSize(), 0, 0);
        return proof(layout, bus.isPresent() ? ProofLevel.DECLARED : ProofLevel.NONE, reason, pinning);
    }

    private ContiguityProof prove(final long address, final long length, final long pageSize, final Pinning pinning) {
        final PhysicalLayout layout = read(address, length, pageSize);
        if (layout.hiddenPages() == 0) {
            return proof(layout, ProofLevel.PFN, null, pinning);
        }
        // Of huge pages of a pool their own size counts: on some machines they are smaller than a huge entry, and huge all the same
        return isWithinHugePage(address, length,
                pageSize > environment.pageSize() ? pageSize : environment.files().hugeEntrySize().orElse(0))
                ? proof(layout, ProofLevel.HUGE_PAGE, WHERE_HIDDEN, pinning)
                : proof(layout, ProofLevel.NONE, HIDDEN, pinning);
    }

    private ContiguityProof proof(final PhysicalLayout layout, final ProofLevel level, final String reason, final Pinning pinning) {
        // A bus address is what the device sees, whatever translates.
        final boolean translated = level != ProofLevel.DECLARED && environment.iommu().translates();
        return new ContiguityProof(layout, level, reason, Instant.now(), pinning, translated ? List.of(IOMMU) : List.of());
    }

    /** The kernel tells everybody which pages are huge, but not where they are, nor how large. */
    private boolean isWithinHugePage(final long address, final long length, final long hugePageSize) {
        final Shims shims = environment.shims();
        final boolean spansOne = hugePageSize > environment.pageSize()
                && (address & -hugePageSize) == (address + length - 1 & -hugePageSize);
        if (!spansOne || shims.missingBecause().isPresent()) {
            return false;
        }
        final int fd = shims.open(environment.pagemapFile().toString(), Linux.O_RDONLY);
        if (fd == -1) {
            return false;
        }
        final long[] found = new long[2];
        try {
            return shims.pagemap_scan(fd, address, length, Linux.PAGE_IS_PRESENT | Linux.PAGE_IS_HUGE,
                    Linux.PAGE_IS_SWAPPED | Linux.PAGE_IS_PFNZERO, found) == 0 && found[0] == length;
        } finally {
            environment.libC().close(fd);
        }
    }

    /**
     * Touches the pages only if one is not present, for that takes several times as long as to read where they are.
     */
    private PhysicalLayout read(final long address, final long length, final long pageSize) {
        final PhysicalLayout layout = environment.pagemap().layout(address, length, pageSize);
        if (layout.presentPages() == layout.pages()) {
            return layout;
        }
        touch(address, length);
        return environment.pagemap().layout(address, length, pageSize);
    }

    /**
     * Brings back page-table entries that went away though their pages did not (contract, C8): without it, memory in perfect
     * order could read as not present.
     */
    private void touch(final long address, final long length) {
        if (environment.libC().madvise(address, length, Linux.MADV_POPULATE_READ) != 0) {
            throw new ContiguousMemoryException("can not take a proof of " + Sizes.range(address, length),
                    Refusal.of("madvise(MADV_POPULATE_READ)", "the pages can not be touched",
                            new Errno(environment.libC().errno()),
                            "check that the range is mapped and readable; EHWPOISON is a broken memory module; EINVAL a kernel"
                                    + " before 5.14, or memory that no page stands for (of a device, a dma-buf)"), null);
        }
    }
}
