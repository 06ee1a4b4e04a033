// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli;

/**
 * A lie, for negative controls: physical addresses, told to a device behind an IOMMU for which nothing is mapped there.
 *
 * @param physicalAddress of the first byte
 * @param size            bytes
 */
record UnmappedMemory(long physicalAddress, long size) implements PretendedMapping {
}
