// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.devices.pci;

/** The configuration space of a PCI function, as far as it is needed here. */
interface ConfigSpace {
    /** Offset of the command register (linux/pci_regs.h). */
    int PCI_COMMAND = 0x04;
    /** The function answers at its memory BARs. */
    int PCI_COMMAND_MEMORY = 0x2;
    /** The function may read and write memory by itself. */
    int PCI_COMMAND_MASTER = 0x4;

    /**
     * Reads the command register.
     *
     * @return 16 bits
     * @throws DeviceException if it can not be read
     */
    int command();

    /**
     * Writes the command register, and not the one beside it.
     *
     * @param value 16 bits
     * @throws DeviceException if it can not be written
     */
    void setCommand(int value);
}
