// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

/** Which way data goes between memory and a device. */
public enum DmaDirection {
    /** The device reads what the program wrote. */
    TO_DEVICE,

    /** The program reads what the device wrote. */
    FROM_DEVICE,

    /** Both. */
    BIDIRECTIONAL
}
