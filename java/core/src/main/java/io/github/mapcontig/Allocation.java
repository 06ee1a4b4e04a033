// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

import io.github.mapcontig.internal.mapping.Mapping;

/**
 * What a buffer and its slices share.
 *
 * @param environment where it was made
 * @param mapping     the memory
 * @param source      where it came from
 * @param proof       the proof with which it was handed out, of the whole mapping
 */
record Allocation(Environment environment, Mapping mapping, Source source, ContiguityProof proof) {
}
