// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

import io.github.mapcontig.internal.platform.Sizes;
import io.github.mapcontig.internal.source.Placement;
import io.github.mapcontig.internal.source.RefusedException;
import java.util.List;
import java.util.Optional;

/**
 * Decides by its proof whether memory is what was asked for.
 *
 * @param request what was asked for
 * @param who     the source, for messages
 */
record ProofCheck(AllocationRequest request, String who) {
    /** What each source aligns to, if it is asked to, that can serve without the proof of an address: the size of a huge entry. */
    private static final long UNPROVED_ALIGNMENT = 2L << 20;

    /**
     * Decides.
     *
     * @param proof taken just now
     * @return the extents to hand out: those of the proof, cut at the boundary if several are allowed
     * @throws RefusedException if it is not
     */
    List<Extent> check(final ContiguityProof proof) throws RefusedException {
        if (proof.level().compareTo(request.proof()) < 0) {
            throw tooLittle(proof);
        }
        if (proof.level() == ProofLevel.NONE) {
            checkUnplaced();
            return List.of();
        }
        if (proof.level() == ProofLevel.HUGE_PAGE) {
            checkWithinHugePage(proof);
            return List.of();
        }
        final List<Extent> extents = request.maxExtents() == 1 ? proof.extents() : Extents.cut(proof.extents(), request.boundary());
        if (proof.presentPages() < proof.pages() || extents.size() > request.maxExtents()) {
            throw scattered(proof, extents.size());
        }
        for (final Extent extent : extents) {
            final Optional<String> violation = Placement.of(request).violation(extent);
            if (violation.isPresent()) {
                throw refused(violation.get(), "reserve memory where it is wanted (contig_cma=NODE:SIZE, hugepages at boot), use"
                        + " another source, or a device that is less particular");
            }
        }
        return extents;
    }

    private RefusedException tooLittle(final ContiguityProof proof) {
        return refused("it can not be proved contiguous as far as " + request.proof() + ", but " + proof.level() + ": "
                + proof.reason().orElse(""), "run with CAP_SYS_ADMIN in the initial user namespace (systemd:"
                + " AmbientCapabilities=CAP_SYS_ADMIN CAP_IPC_LOCK; container: --cap-add SYS_ADMIN), or ask for .proof(ProofLevel."
                + proof.level() + ")"
                + (proof.level() == ProofLevel.NONE ? " to rely on the kernel's promise" : "") + ", and do without physical addresses");
    }

    private void checkUnplaced() throws RefusedException {
        if (!Placement.of(request).isAnywhere(UNPROVED_ALIGNMENT)) {
            throw refused("where it lies is hidden, so that neither address bits nor boundary can be checked",
                    "run with CAP_SYS_ADMIN in the initial user namespace, or ask for neither");
        }
    }

    /**
     * Where a huge page lies is hidden, but not where in it memory is: virtual and physical address agree there. A boundary
     * farther apart than a huge page is long is never inside one.
     */
    private void checkWithinHugePage(final ContiguityProof proof) throws RefusedException {
        final Placement wanted = Placement.of(request);
        if (!new Placement(wanted.alignment(), 0, wanted.lastAddress()).isAnywhere(UNPROVED_ALIGNMENT)) {
            throw refused("where its huge page lies is hidden, so that address bits can not be checked",
                    "run with CAP_SYS_ADMIN in the initial user namespace, or ask for none");
        }
        if (new Placement(1, wanted.boundary(), -1).violation(new Extent(0, proof.address(), proof.length())).isPresent()) {
            throw refused("it lies across a boundary of " + Sizes.exact(wanted.boundary()) + " within its huge page",
                    "run with CAP_SYS_ADMIN in the initial user namespace, so that the library can look for another place");
        }
    }

    private RefusedException scattered(final ContiguityProof proof, final int extents) {
        final String found = extents + " extents, " + proof.presentPages() + " of " + proof.pages()
                + " pages present";
        return request.maxExtents() == 1
                ? refused("it is not contiguous: " + found, "report this with the kernel's release: the kernel broke its promise")
                : refused("it has more extents than " + request.maxExtents() + ": " + found, "allow for more, or free memory and"
                        + " let it be compacted (echo 1 | sudo tee /proc/sys/vm/compact_memory): "
                        + Sizes.exact(proof.length()) + " have " + proof.pages() + " extents at worst");
    }

    private RefusedException refused(final String reason, final String remedy) {
        return new RefusedException(Refusal.of(who, "the memory was released, since " + reason, remedy));
    }
}
