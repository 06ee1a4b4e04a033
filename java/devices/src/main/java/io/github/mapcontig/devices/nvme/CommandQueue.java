// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.devices.nvme;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A submission and a completion queue, and the commands between the two. The data of a command is held until it has completed, or
 * until the controller is known to be quiet. Thread-safe.
 */
final class CommandQueue {
    /** The registers are asked that often at most: an access to them takes as long as a hundred looks at memory. */
    private static final long WATCH_NANOS = 5_000_000;

    private final Health health;
    private final SubmissionQueue submissions;
    private final CompletionQueue completions;
    private final Duration timeout;
    private final PendingCommand[] pending;
    private final Deque<Integer> identifiers = new ArrayDeque<>();
    private final Deque<PendingCommand> finished = new ArrayDeque<>();
    private long watched = System.nanoTime();
    private long commands;
    private long descriptors;
    private long listBytes;
    private boolean closed;

    CommandQueue(final Health health, final SubmissionQueue submissions, final CompletionQueue completions, final Duration timeout) {
        this.health = health;
        this.submissions = submissions;
        this.completions = completions;
        this.timeout = timeout;
        this.pending = new PendingCommand[submissions.capacity()];
        for (int identifier = 0; identifier < pending.length; identifier++) {
            identifiers.add(identifier);
        }
    }

    /** How many commands can be under way. */
    int capacity() {
        return pending.length;
    }

    /** How many are. */
    synchronized int underWay() {
        return pending.length - identifiers.size();
    }

    /** What was handed over. */
    synchronized NvmeQueueStatistics statistics() {
        return new NvmeQueueStatistics(commands, descriptors, listBytes);
    }

    /**
     * Hands a command over, which {@link #poll} will report.
     *
     * @param command  the command
     * @param transfer its data
     * @param origin   for the caller to know it by
     */
    void submit(final Command command, final Transfer transfer, final NvmeCommand origin) {
        start(command, transfer, origin);
    }

    /** Carries a command out and waits for it; {@link #poll} does not report it. */
    CompletionEntry execute(final Command command, final Transfer transfer) {
        final PendingCommand mine = start(command, transfer, null);
        CompletionEntry completion = look(mine);
        while (completion == null) {
            Pause.briefly();
            completion = look(mine);
        }
        return completion;
    }

    /**
     * A command that was submitted and is over.
     *
     * @return the command; null if there is none yet
     */
    synchronized PendingCommand poll() {
        if (finished.isEmpty()) {
            checkUsable();
            reap();
        }
        return finished.poll();
    }

    /** The controller is quiet: commands that were under way will never complete, and it looks at no data any more. */
    synchronized void close() {
        closed = true;
        for (int identifier = 0; identifier < pending.length; identifier++) {
            if (pending[identifier] != null) {
                pending[identifier].transfer().end();
                pending[identifier] = null;
            }
        }
    }

    private synchronized PendingCommand start(final Command command, final Transfer transfer, final NvmeCommand origin) {
        checkUsable();
        if (identifiers.isEmpty()) {
            reap();
        }
        if (identifiers.isEmpty()) {
            throw new IllegalStateException("the queue is full: " + pending.length + " commands are under way; poll() until one is over");
        }
        final DataPointer data = transfer.begin();
        final int identifier = identifiers.pop();
        final PendingCommand started = new PendingCommand(command, transfer, origin, System.nanoTime() + timeout.toNanos());
        pending[identifier] = started;
        submissions.put(command, identifier, data);
        commands++;
        descriptors += data.descriptors();
        listBytes += data.listBytes();
        return started;
    }

    private synchronized CompletionEntry look(final PendingCommand mine) {
        if (mine.completion() == null) {
            checkUsable();
            reap();
        }
        return mine.completion();
    }

    private void reap() {
        CompletionEntry entry = completions.poll();
        if (entry == null) {
            watch();
            return;
        }
        while (entry != null) {
            finish(entry);
            entry = completions.poll();
        }
        completions.acknowledge();
    }

    private void finish(final CompletionEntry entry) {
        final int identifier = entry.identifier();
        if (identifier >= pending.length || pending[identifier] == null) {
            throw health.giveUp("it reports the end of command " + identifier + ", which was not under way");
        }
        final PendingCommand done = pending[identifier];
        pending[identifier] = null;
        identifiers.push(identifier);
        submissions.readUpTo(entry.head());
        done.complete(entry);
        done.transfer().end();
        if (done.origin() != null) {
            finished.add(done);
        }
    }

    private void watch() {
        final long now = System.nanoTime();
        if (now - watched < WATCH_NANOS) {
            return;
        }
        watched = now;
        health.ask();
        for (final PendingCommand command : pending) {
            if (command != null && now - command.deadline() > 0) {
                throw health.giveUp("it did not finish a command (" + command.command().name() + ") in " + timeout.toMillis() + " ms");
            }
        }
    }

    private void checkUsable() {
        if (closed) {
            throw new IllegalStateException("the queue is closed: its controller was reset or closed, or the queue was");
        }
        health.check();
    }
}
