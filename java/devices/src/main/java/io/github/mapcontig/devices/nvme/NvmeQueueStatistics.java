// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.devices.nvme;

/**
 * What was handed over in a queue since it was created: what it takes to tell a controller where data is.
 *
 * @param commands    commands
 * @param descriptors PRP entries and SGL data block descriptors, in commands and in lists
 * @param listBytes   bytes of lists that the controller has to read beside the commands, links from one to the next included
 */
public record NvmeQueueStatistics(long commands, long descriptors, long listBytes) {
}
