// SPDX-License-Identifier: Apache-2.0

/**
 * PCI devices through Linux' sysfs: found by their ids, switched on in their configuration space, reached through their
 * mapped registers. Takes root, and no driver in the kernel that claims the device.
 */
package io.github.mapcontig.devices.pci;
