// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.devices.pci;

import java.io.Serial;

/** A device can not be used, or did not do what it was told. The message says what to do about it. */
public final class DeviceException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what happened to which device, and what to do
     */
    public DeviceException(final String message) {
        super(message);
    }

    /**
     * Creates the exception.
     *
     * @param message what happened to which device, and what to do
     * @param cause   exception behind it
     */
    public DeviceException(final String message, final Throwable cause) {
        super(message, cause);
    }
}
