// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.devices.pci;

import io.github.mapcontig.ContiguousBuffer;

/**
 * A PCI function driven through VFIO: behind an IOMMU, it reaches what was mapped for it and nothing else.
 */
final class VfioFunction implements PciFunction {
    /** The driver of the kernel that lends devices to user space. */
    static final String DRIVER = "vfio-pci";

    private final PciDevice device;
    private final VfioAddressSpace space;
    private final VfioDevice handle;
    private final int commandBefore;
    private final MmioRegion bar0;
    private final int addressBits;
    private boolean closed;

    private VfioFunction(final PciDevice device, final VfioAddressSpace space, final VfioDevice handle, final int commandBefore,
                         final MmioRegion bar0, final int addressBits) {
        this.device = device;
        this.space = space;
        this.handle = handle;
        this.commandBefore = commandBefore;
        this.bar0 = bar0;
        this.addressBits = addressBits;
    }

    /** As {@link PciFunction#open(PciDevice, int)}, for a device that is bound to vfio-pci. */
    static VfioFunction open(final PciDevice device, final int addressBits, final VfioSystem system) {
        final VfioContainer container = VfioContainer.open(system, device);
        VfioDevice handle = null;
        boolean opened = false;
        try {
            final VfioAddressSpace space = new VfioAddressSpace(system, device, container, addressBits);
            handle = new VfioDevice(system, device, container.openDevice());
            handle.reset();
            final int before = handle.command();
            handle.setCommand(before | ConfigSpace.PCI_COMMAND_MEMORY | ConfigSpace.PCI_COMMAND_MASTER);
            final VfioDevice owned = handle;
            // The registers own the rest, so that what is dropped without close is closed with them.
            final MmioRegion bar0 = handle.mapBar0(() -> {
                owned.close();
                space.close();
            });
            opened = true;
            return new VfioFunction(device, space, handle, before, bar0, addressBits);
        } finally {
            if (!opened) {
                if (handle != null) {
                    handle.close();
                }
                container.close();
            }
        }
    }

    @Override
    public PciDevice device() {
        return device;
    }

    @Override
    public int addressBits() {
        return addressBits;
    }

    @Override
    public MmioRegion bar0() {
        return bar0;
    }

    @Override
    public DmaMapping map(final ContiguousBuffer buffer) {
        return VfioMapping.of(this, space, buffer);
    }

    @Override
    public DmaMapping mapPieces(final ContiguousBuffer buffer) {
        return map(buffer);
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        try {
            handle.setCommand(commandBefore);
        } catch (final DeviceException e) {
            // The kernel stops the device when its descriptor is closed; only what was before is not put back.
            System.getLogger(VfioFunction.class.getName()).log(System.Logger.Level.DEBUG, "closing " + device, e);
        }
        bar0.close();
        closed = true;
    }
}
