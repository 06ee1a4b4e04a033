// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

/** How far a {@link ContiguityProof} goes. */
public enum ProofLevel {
    /** Nothing is proved; there is a reason in words. Contiguity is then only what the kernel promised. */
    NONE,

    /** Every page frame number was read from pagemap and compared. */
    PFN
}
