// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

import io.github.mapcontig.internal.mapping.Mapping;

/**
 * The memory of a pool.
 *
 * @param mapping         what it is a part of
 * @param start           where it starts in the mapping
 * @param address         its virtual address
 * @param physicalAddress its physical address; its virtual address if there is none
 */
record PoolRange(Mapping mapping, long start, long address, long physicalAddress) {
}
