// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

/** Whose addresses those of a buffer are, its own or those that a device was given for it. */
public enum AddressKind {
    /** The processor's. A device sees them unchanged if no IOMMU translates for it. */
    PHYSICAL,

    /** The bus's, as the driver that owns the memory declares them: what the device that the driver is for puts out. */
    BUS,

    /**
     * I/O virtual addresses (IOVA): an IOMMU translates them, page by page, for those devices for which the memory was mapped.
     * To all others, the processor included, they mean nothing or something else. A buffer's own addresses are never of this
     * kind.
     */
    IO_VIRTUAL
}
