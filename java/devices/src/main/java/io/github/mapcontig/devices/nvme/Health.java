// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.devices.nvme;

import io.github.mapcontig.devices.pci.DeviceException;
import io.github.mapcontig.devices.pci.PciDevice;

/**
 * Whether a controller can still be talked to. Once it can not, each call says so and no memory that it was told of is freed, until it
 * was reset. Thread-safe.
 */
final class Health {
    private final PciDevice device;
    private final Registers registers;
    private volatile String failure;

    Health(final PciDevice device, final Registers registers) {
        this.device = device;
        this.registers = registers;
    }

    /** Throws if the controller was given up. */
    void check() {
        final String reason = failure;
        if (reason != null) {
            throw unusable(reason, null);
        }
    }

    boolean isGood() {
        return failure == null;
    }

    /** Asks the controller whether it is there and well (Base 3.1.3.6), and gives it up if not. */
    void ask() {
        final int status = registers.status();
        if (status == Registers.NOBODY) {
            throw giveUp("it is gone, its registers read all ones");
        }
        if ((status & Registers.CSTS_FATAL) != 0) {
            throw giveUp("it reports a fatal error (CSTS.CFS)");
        }
        // What was under way before a reset will never end: no need to wait until it is too late.
        if ((status & Registers.CSTS_READY) == 0) {
            throw giveUp("it is not ready any more (CSTS.RDY), as after a reset by somebody else");
        }
    }

    /**
     * Gives the controller up.
     *
     * @param reason what it did or did not do
     * @return the exception to throw
     */
    DeviceException giveUp(final String reason) {
        return giveUp(reason, null);
    }

    /**
     * Gives the controller up.
     *
     * @param reason what it did or did not do
     * @param cause  how that was found out
     * @return the exception to throw
     */
    DeviceException giveUp(final String reason, final DeviceException cause) {
        failure = reason;
        return unusable(reason, cause);
    }

    private DeviceException unusable(final String reason, final DeviceException cause) {
        return new DeviceException(device + " can not be used any more: " + reason + ". Memory that it was told of stays allocated;"
                + " NvmeController.reset() brings back a controller that listens", cause);
    }
}
