// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.devices.nvme;

import java.time.Duration;
import java.util.Locale;
import java.util.function.LongFunction;

/** The two rings of a queue pair, each contiguous at one address for the controller, which most controllers demand (CAP.CQR). */
final class QueueMemory {
    private final DeviceMemory submissions;
    private final DeviceMemory completions;
    private final int entries;

    /**
     * Allocates the rings.
     *
     * @param allocator gives zeroed memory, aligned to a page of the controller
     * @param entries   of each
     */
    QueueMemory(final LongFunction<DeviceMemory> allocator, final int entries) {
        this.entries = entries;
        submissions = allocator.apply((long) entries * SubmissionQueue.ENTRY_SIZE);
        boolean done = false;
        try {
            completions = allocator.apply((long) entries * CompletionQueue.ENTRY_SIZE);
            done = true;
        } finally {
            if (!done) {
                submissions.close();
            }
        }
    }

    long submissionAddress() {
        return submissions.address();
    }

    long completionAddress() {
        return completions.address();
    }

    CommandQueue queue(final int number, final Registers registers, final Health health, final Duration timeout) {
        return new CommandQueue(health,
                new SubmissionQueue(submissions.bytes().slice(0, entries * SubmissionQueue.ENTRY_SIZE), registers.tailDoorbell(number)),
                new CompletionQueue(completions.bytes().slice(0, entries * CompletionQueue.ENTRY_SIZE), registers.headDoorbell(number)),
                timeout);
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "submissions 0x%x-0x%x, completions 0x%x-0x%x", submissions.address(),
                submissions.address() + (long) entries * SubmissionQueue.ENTRY_SIZE - 1, completions.address(),
                completions.address() + (long) entries * CompletionQueue.ENTRY_SIZE - 1);
    }

    /** Frees them: the controller has forgotten them. */
    void close() {
        submissions.close();
        completions.close();
    }
}
