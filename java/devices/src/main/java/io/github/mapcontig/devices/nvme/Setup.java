// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.devices.nvme;

import io.github.mapcontig.devices.pci.DeviceException;
import io.github.mapcontig.devices.pci.PciDevice;
import io.github.mapcontig.devices.pci.PciFunction;
import java.time.Duration;

/** What a controller is reached by, which outlasts its resets. */
final class Setup {
    private static final long USUAL_PAGE = 4096;

    private final PciFunction function;
    private final Registers registers;
    private final Lifecycle lifecycle;
    private final NvmeCapabilities capabilities;
    private final long pageSize;
    private final Duration commandTimeout;
    private final MemorySource source;

    Setup(final PciFunction function, final Duration commandTimeout, final MemorySource source) {
        this.function = function;
        this.registers = new Registers(function.bar0());
        this.capabilities = registers.capabilities();
        this.lifecycle = new Lifecycle(function.device(), registers);
        this.pageSize = Math.max(capabilities.minPageSize(), Math.min(USUAL_PAGE, capabilities.maxPageSize()));
        this.commandTimeout = commandTimeout;
        this.source = source;
    }

    /** Makes sure that this is an NVMe controller that reads and writes blocks. */
    void checkKind() {
        if (registers.version() == Registers.NOBODY) {
            throw new DeviceException(device() + " is gone: its registers read all ones");
        }
        if (registers.version() >>> 16 == 0) {
            throw new DeviceException(device() + " is no NVMe controller: its version register reads 0x"
                    + Integer.toHexString(registers.version()));
        }
        if (!capabilities.nvmCommandSet()) {
            throw new DeviceException(device() + " can not read and write blocks: it lacks the NVM command set (CAP.CSS)");
        }
    }

    PciDevice device() {
        return function.device();
    }

    PciFunction function() {
        return function;
    }

    Registers registers() {
        return registers;
    }

    Lifecycle lifecycle() {
        return lifecycle;
    }

    NvmeCapabilities capabilities() {
        return capabilities;
    }

    /** Bytes of a memory page, as the controller is told (CC.MPS): 4096 if it can. */
    long pageSize() {
        return pageSize;
    }

    Duration commandTimeout() {
        return commandTimeout;
    }

    /** Memory for the controller, zeroed, aligned to a page of the controller. */
    DeviceMemory allocate(final long size) {
        return DeviceMemory.of(function, source.allocate(size, pageSize), pageSize);
    }
}
