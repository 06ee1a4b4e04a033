// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.devices.pci;

import io.github.mapcontig.ContiguousBuffer;
import io.github.mapcontig.internal.libc.Linux;
import io.github.mapcontig.internal.platform.Sizes;

/** The addresses by which a device reaches memory: which are taken, and for what. Thread-safe. */
final class VfioAddressSpace {
    private final PciDevice device;
    private final VfioContainer container;
    private final long pageSizes;
    private final long granule;
    private final int addressBits;
    private final IovaSpace addresses;
    private boolean closed;

    /**
     * Creates the space.
     *
     * @param system      what to call
     * @param device      whose space it is
     * @param container   of its group; stays the caller's if this throws
     * @param addressBits what the device puts out
     */
    VfioAddressSpace(final VfioSystem system, final PciDevice device, final VfioContainer container, final int addressBits) {
        final VfioContainer.Iommu iommu = container.iommu();
        this.device = device;
        this.container = container;
        this.pageSizes = iommu.pageSizes();
        this.granule = Math.max(Long.lowestOneBit(pageSizes), system.libC().sysconf(Linux._SC_PAGESIZE));
        this.addressBits = addressBits;
        this.addresses = new IovaSpace(iommu.ranges(), granule, addressBits);
    }

    /**
     * The pages of a buffer: what of a slice lies in a page with others is mapped with it.
     *
     * @param buffer the buffer
     * @return its pages
     */
    PageSpan pages(final ContiguousBuffer buffer) {
        return PageSpan.around(buffer.address(), buffer.size(), granule);
    }

    /**
     * Maps a buffer.
     *
     * @param buffer the buffer, which a lease keeps
     * @param span   its pages
     * @return the device's address of the first page
     */
    synchronized long map(final ContiguousBuffer buffer, final PageSpan span) {
        if (closed) {
            throw new IllegalStateException("the device is closed: " + device.address());
        }
        final long iova = addresses.allocate(span.length(), IovaAlignment.of(buffer, span, pageSizes, granule))
                .orElseThrow(() -> new DeviceException(device + " has no room for " + Sizes.exact(span.length())
                        + " among its addresses of " + addressBits + " bits: the largest free range has " + Sizes.exact(addresses.largest())
                        + "; close mappings, or map less at a time"));
        boolean mapped = false;
        try {
            container.map(iova, span.address(), span.length());
            mapped = true;
            return iova;
        } finally {
            if (!mapped) {
                addresses.free(iova);
            }
        }
    }

    /**
     * Takes memory away from the device. When this returns the device does not reach it.
     *
     * @param iova what {@link #map} returned
     */
    synchronized void unmap(final long iova) {
        if (!closed) {
            container.unmap(iova, addresses.length(iova));
            addresses.free(iova);
        }
    }

    /** Takes all memory away from the device. */
    synchronized void close() {
        closed = true;
        container.close();
    }
}
