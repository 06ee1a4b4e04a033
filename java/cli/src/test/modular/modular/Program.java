// SPDX-License-Identifier: Apache-2.0
package modular;

import io.github.mapcontig.ContiguousMemory;
import io.github.mapcontig.ContiguousMemoryException;
import io.github.mapcontig.MemoryCapabilities;
import io.github.mapcontig.Pagemap;
import io.github.mapcontig.Source;
import io.github.mapcontig.devices.pci.PciDevice;

/** Touches each library that must be found on the module path: ours, JNA's native one and libmapcontig. */
public final class Program {
    private Program() {
    }

    /**
     * Prints what it found; an exception ends it.
     *
     * @param args none
     */
    public static void main(final String[] args) {
        System.out.println(ContiguousMemory.class.getModule() + ", " + PciDevice.class.getModule());
        try (Pagemap pagemap = Pagemap.ofSelf()) {
            System.out.println("page size as probed: " + (pagemap.pageSize() == MemoryCapabilities.probe().pageSize()));
        }
        try {
            ContiguousMemory.request().size(1).node(0).maxExtents(2).sources(Source.LOCKED).allocate().close();
        } catch (final ContiguousMemoryException e) {
            // Without rights there is no proof, and a container may forbid to choose nodes: no matter, libmapcontig was asked.
            if (e.getMessage().contains("libmapcontig")) {
                throw e;
            }
        }
        System.out.println("libmapcontig: true");
    }
}
