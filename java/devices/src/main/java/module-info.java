// SPDX-License-Identifier: Apache-2.0

/** Devices driven from user space, with buffers whose physical addresses are known. */
module io.github.mapcontig.devices {
    requires transitive io.github.mapcontig;
    requires org.apache.commons.lang3;

    exports io.github.mapcontig.devices.edu;
    exports io.github.mapcontig.devices.nvme;
    exports io.github.mapcontig.devices.pci;
}
