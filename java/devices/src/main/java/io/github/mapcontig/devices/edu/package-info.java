// SPDX-License-Identifier: Apache-2.0

/** QEMU's {@code edu} device: a device made for teaching, which really reads and writes memory. */
package io.github.mapcontig.devices.edu;
