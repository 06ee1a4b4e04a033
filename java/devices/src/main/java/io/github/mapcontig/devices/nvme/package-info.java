// SPDX-License-Identifier: Apache-2.0

/**
 * A driver for NVMe controllers in user space: queues in contiguous memory, completions by polling, data by PRP or SGL.
 *
 * <p>Sections are those of the NVM Express Base Specification, revision 2.0 ("Base"), of the NVM Command Set Specification,
 * revision 1.0 ("NVM"), and of the NVMe over PCIe Transport Specification, revision 1.0 ("PCIe"). Later revisions number them
 * otherwise.
 */
package io.github.mapcontig.devices.nvme;
