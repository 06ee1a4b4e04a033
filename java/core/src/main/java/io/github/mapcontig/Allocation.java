// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

import io.github.mapcontig.internal.mapping.Mapping;
import io.github.mapcontig.internal.source.SourceMemory;

/**
 * What a buffer and its slices share.
 *
 * @param environment where it was made
 * @param mapping     what ends its life
 * @param memory      what its source knows about it
 * @param source      where it came from
 * @param proof       the proof with which it was handed out, of all that was asked for
 */
record Allocation(Environment environment, Mapping mapping, SourceMemory memory, Source source, ContiguityProof proof) {
    /** Takes a new proof. */
    ContiguityProof prove() {
        return new Prover(environment).prove(memory, proof.length(), proof.pinning());
    }
}
