// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.devices.nvme;

/** A command between its submission and its completion. Guarded by its queue. */
final class PendingCommand {
    private final Command command;
    private final Transfer transfer;
    private final NvmeCommand origin;
    private final long deadline;
    private CompletionEntry completion;

    /**
     * Creates it.
     *
     * @param command  what was submitted
     * @param transfer its data
     * @param origin   what the user submitted; null if somebody waits for it here
     * @param deadline by {@link System#nanoTime()}
     */
    PendingCommand(final Command command, final Transfer transfer, final NvmeCommand origin, final long deadline) {
        this.command = command;
        this.transfer = transfer;
        this.origin = origin;
        this.deadline = deadline;
    }

    Command command() {
        return command;
    }

    Transfer transfer() {
        return transfer;
    }

    NvmeCommand origin() {
        return origin;
    }

    long deadline() {
        return deadline;
    }

    /** Null while it is under way. */
    CompletionEntry completion() {
        return completion;
    }

    void complete(final CompletionEntry entry) {
        completion = entry;
    }
}
