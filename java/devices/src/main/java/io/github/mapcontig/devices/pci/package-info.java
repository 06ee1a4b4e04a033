// SPDX-License-Identifier: Apache-2.0

/**
 * PCI devices from user space, without a driver of their own in the kernel: found by their ids in Linux' sysfs, switched on in
 * their configuration space, reached through their mapped registers, and given buffers.
 *
 * <p>{@link io.github.mapcontig.devices.pci.PciFunction#open} takes one of two ways, by what has the device:
 * <ul>
 * <li>VFIO, if the driver vfio-pci has it. The IOMMU lets the device reach the buffers that are mapped for it, at addresses of
 * their own, and nothing else; needs access to /dev/vfio, and root only to bind the device;
 * <li>sysfs, if no driver has it and no IOMMU translates. The device reaches all of memory, by physical addresses. Takes root.
 * </ul>
 */
package io.github.mapcontig.devices.pci;
