// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

import io.github.mapcontig.internal.mapping.Mapping;
import io.github.mapcontig.internal.source.SourceMemory;
import java.util.List;

/**
 * What a buffer and its slices share.
 *
 * @param environment where it was made
 * @param mapping     what ends its life
 * @param memory      what its source knows about it
 * @param source      where it came from
 * @param proof       the proof with which it was handed out, of all that was asked for
 * @param extents     what the proof says where it lies, cut at the boundary that was asked for; empty if it does not say
 */
record Allocation(Environment environment, Mapping mapping, SourceMemory memory, Source source, ContiguityProof proof,
                  List<Extent> extents) {
    /** Takes a new proof. */
    ContiguityProof prove() {
        return new Prover(environment).prove(memory, proof.length(), proof.pinning());
    }
}
