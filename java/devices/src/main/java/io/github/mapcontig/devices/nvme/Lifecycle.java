// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.devices.nvme;

import io.github.mapcontig.devices.pci.DeviceException;
import io.github.mapcontig.devices.pci.PciDevice;
import java.time.Duration;

/** Switches a controller on and off, and waits until it has followed (Base 3.5.1, 3.6.1, 3.7.2). */
final class Lifecycle {
    private final PciDevice device;
    private final Registers registers;
    private final Duration readyTimeout;

    Lifecycle(final PciDevice device, final Registers registers) {
        this.device = device;
        this.registers = registers;
        this.readyTimeout = registers.capabilities().readyTimeout();
    }

    /**
     * Resets the controller: afterwards it has no queues and accesses no memory (Base 3.7.2).
     *
     * @throws DeviceException if it does not follow: then nothing is known
     */
    void disable() {
        final int before = registers.configuration();
        if ((before & Registers.CC_ENABLE) != 0) {
            // Enabling must be over before it is undone (Base 3.1.3.5, CC.EN), if it ever will be.
            settles(Registers.CSTS_READY, Registers.CSTS_READY, readyTimeout);
        }
        registers.configure(before & ~(Registers.CC_ENABLE | Registers.CC_SHUTDOWN_MASK));
        await("stop", Registers.CSTS_READY, 0, readyTimeout);
    }

    /**
     * Enables a controller whose admin queues are set.
     *
     * @param configuration CC without the bit that enables
     */
    void enable(final int configuration) {
        registers.configure(configuration);
        registers.configure(configuration | Registers.CC_ENABLE);
        await("become ready", Registers.CSTS_READY, Registers.CSTS_READY, readyTimeout);
    }

    /** Lets the controller bring its caches to safety (Base 3.6.1). */
    void shutDown(final Duration timeout) {
        registers.configure(registers.configuration() & ~Registers.CC_SHUTDOWN_MASK | Registers.CC_SHUTDOWN_NORMAL);
        await("shut down", Registers.CSTS_SHUTDOWN_MASK, Registers.CSTS_SHUTDOWN_COMPLETE, timeout);
    }

    private void await(final String what, final int mask, final int wanted, final Duration timeout) {
        if (!settles(mask, wanted, timeout)) {
            throw new DeviceException(device + " did not " + what + " in " + timeout.toMillis() + " ms: its status (CSTS) is 0x"
                    + Integer.toHexString(registers.status()) + ". Reset it: echo 1 > /sys/bus/pci/devices/" + device.address()
                    + "/reset");
        }
    }

    /** Waits until bits of the status are so; in vain if the controller does not get there in time, or reports a fatal error. */
    private boolean settles(final int mask, final int wanted, final Duration timeout) {
        final long deadline = System.nanoTime() + timeout.toNanos();
        while (true) {
            final int status = registers.status();
            if (status == Registers.NOBODY) {
                throw new DeviceException(device + " is gone: its registers read all ones");
            }
            if ((status & mask) == wanted) {
                return true;
            }
            // A controller with a fatal error never becomes ready; but it can be stopped.
            if (System.nanoTime() - deadline > 0 || (status & Registers.CSTS_FATAL) != 0 && wanted == Registers.CSTS_READY) {
                return false;
            }
            Pause.briefly();
        }
    }
}
