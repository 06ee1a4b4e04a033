// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.devices.nvme;

/**
 * A command that is over.
 *
 * @param command the object that was submitted
 * @param status  how it ended; a bad status is no exception here
 */
public record NvmeCompletion(NvmeCommand command, NvmeStatus status) {
}
