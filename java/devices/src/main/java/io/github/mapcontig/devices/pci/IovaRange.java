// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.devices.pci;

/**
 * A range of addresses for a device. Addresses are unsigned.
 *
 * @param first first address
 * @param last  last address
 */
record IovaRange(long first, long last) {
}
