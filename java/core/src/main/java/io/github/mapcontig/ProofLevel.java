// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

/** How far a {@link ContiguityProof} goes. In ascending order: {@code compareTo} tells which goes further. */
public enum ProofLevel {
    /** Nothing is proved; there is a reason in words. Contiguity is then only what the kernel promised. */
    NONE,

    /** A driver declares where its memory is on the bus; nothing of it can be read back. */
    DECLARED,

    /**
     * The whole range lies within one huge page, so it is contiguous, but where is hidden. Needs Linux 6.7 (PAGEMAP_SCAN) and no
     * privilege.
     */
    HUGE_PAGE,

    /**
     * Page frame numbers were read from pagemap and compared: every page's, or, of huge pages of the pool, which the kernel never cuts,
     * the first of each huge page. Needs CAP_SYS_ADMIN.
     */
    PFN
}
