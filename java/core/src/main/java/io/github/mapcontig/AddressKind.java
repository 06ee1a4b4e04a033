// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

/** Whose addresses the physical addresses of a buffer are. */
public enum AddressKind {
    /** The processor's. A device sees them unchanged if no IOMMU translates for it. */
    PHYSICAL,

    /** The bus's, as the driver that owns the memory declares them: what the device that the driver is for puts out. */
    BUS
}
