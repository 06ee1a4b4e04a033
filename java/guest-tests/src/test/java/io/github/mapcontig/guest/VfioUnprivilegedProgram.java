// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.guest;

import io.github.mapcontig.AllocationRequest;
import io.github.mapcontig.ContiguousBuffer;
import io.github.mapcontig.ContiguousMemory;
import io.github.mapcontig.ProofLevel;
import io.github.mapcontig.Source;
import io.github.mapcontig.devices.edu.EduDevice;
import io.github.mapcontig.devices.pci.DeviceException;
import io.github.mapcontig.devices.pci.DmaMapping;
import io.github.mapcontig.devices.pci.PciDevice;
import io.github.mapcontig.devices.pci.PciFunction;
import java.util.Arrays;
import java.util.Random;

/** Copies by a device that VFIO lends. Prints what happened, for the test to read. */
final class VfioUnprivilegedProgram {
    private VfioUnprivilegedProgram() {
    }

    /**
     * Copies.
     *
     * @param args bytes to allocate
     */
    public static void main(final String[] args) {
        try (ContiguousBuffer buffer = ContiguousMemory.request().size(Long.parseLong(args[0])).sources(Source.LOCKED)
                .maxExtents(AllocationRequest.ANY_EXTENTS).proof(ProofLevel.NONE).allocate();
             PciFunction function = PciFunction.open(PciDevice.find(EduDevice.VENDOR, EduDevice.DEVICE).get(0));
             EduDevice device = EduDevice.of(function);
             DmaMapping mapping = function.map(buffer)) {
            final byte[] sent = new byte[EduDevice.MAX_TRANSFER];
            new Random(1).nextBytes(sent);
            final long boundary = buffer.size() / 2;
            buffer.put(boundary - 1024, sent, 0, sent.length);
            device.readPhysical(mapping.address(boundary - 1024), 0, sent.length);
            device.write(buffer, 0, 0, sent.length);
            final byte[] received = new byte[sent.length];
            buffer.get(0, received, 0, received.length);
            System.out.println("proof " + buffer.proof().level() + ", kind " + mapping.addressKind() + ", copied "
                    + Arrays.equals(sent, received));
        } catch (final DeviceException e) {
            System.out.println(e.getMessage());
        }
    }
}
