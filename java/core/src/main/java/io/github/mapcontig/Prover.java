// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

import io.github.mapcontig.internal.libc.Linux;
import io.github.mapcontig.internal.platform.Sizes;
import java.time.Instant;

/** Takes proofs of memory of this process. */
final class Prover {
    private static final String HIDDEN = "the kernel hides page frame numbers from this process (CAP_SYS_ADMIN in the initial"
            + " user namespace shows them)";

    private final Environment environment;

    Prover(final Environment environment) {
        this.environment = environment;
    }

    ContiguityProof prove(final long address, final long length) {
        touch(address, length);
        final PhysicalLayout layout = environment.pagemap().layout(address, length);
        return layout.hiddenPages() > 0
                ? new ContiguityProof(layout, ProofLevel.NONE, HIDDEN, Instant.now())
                : new ContiguityProof(layout, ProofLevel.PFN, null, Instant.now());
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
                                    + " before 5.14"), null);
        }
    }
}
