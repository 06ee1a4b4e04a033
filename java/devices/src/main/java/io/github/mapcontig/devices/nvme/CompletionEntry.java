// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.devices.nvme;

/**
 * An entry of a completion queue, decoded (Base 3.3.3.2).
 *
 * @param result     dword 0, whose meaning depends on the command
 * @param head       up to where the controller has read the submission queue
 * @param identifier of the command
 * @param status     how it ended
 */
record CompletionEntry(int result, int head, int identifier, NvmeStatus status) {
    static CompletionEntry decode(final int dword0, final int dword2, final int dword3) {
        return new CompletionEntry(dword0, dword2 & 0xffff, dword3 & 0xffff, NvmeStatus.decode(dword3));
    }
}
