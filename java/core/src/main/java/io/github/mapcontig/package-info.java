// SPDX-License-Identifier: Apache-2.0

/**
 * Physically contiguous memory for user space.
 *
 * <p>{@link io.github.mapcontig.ContiguousMemory} is where to start: it allocates a
 * {@link io.github.mapcontig.ContiguousBuffer} and hands it out only with a
 * {@link io.github.mapcontig.ContiguityProof} of what it is.
 * {@link io.github.mapcontig.MemoryCapabilities} tells what this machine can do, and
 * {@link io.github.mapcontig.Pagemap} answers where any memory of any process lies.
 *
 * <p>Sizes, offsets and lengths are bytes. Addresses are unsigned 64-bit numbers in a {@code long}; physical addresses
 * are those of the processor, which a device sees unchanged only when no IOMMU translates for it.
 */
package io.github.mapcontig;
