// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.devices.nvme;

import io.github.mapcontig.ContiguousBuffer;
import io.github.mapcontig.devices.pci.DeviceException;
import io.github.mapcontig.devices.pci.DmaMapping;
import java.util.Optional;

/**
 * An I/O submission queue and its completion queue, in contiguous memory (Base 3.3.1). Many commands may be under way at a time: hand
 * them over with {@link #submit} and fetch their ends with {@link #poll}; or let {@link #read} and {@link #write} wait for one each.
 *
 * <p><b>Failures.</b> A command that ends with a bad status is over, and nothing else is affected. A controller that does not finish a
 * command in time, reports a fatal error or is gone is given up: each call then throws {@link DeviceException}, and the memory of
 * what was under way is not freed, though buffers be closed, until {@link NvmeController#reset()} or
 * {@link NvmeController#close()} have stopped the controller.
 *
 * <p>Made by {@link NvmeController#createQueuePair}. Thread-safe; threads that share one wait for each other, so let each have its own.
 */
public final class NvmeQueuePair implements AutoCloseable {
    private final NvmeController controller;
    private final int number;
    private final QueueMemory memory;
    private final CommandQueue queue;
    private final ListPages prpPages;
    private final ListPages sglSegments;
    private boolean closed;

    NvmeQueuePair(final NvmeController controller, final int number, final QueueMemory memory, final CommandQueue queue,
                  final ListPages prpPages, final ListPages sglSegments) {
        this.controller = controller;
        this.number = number;
        this.memory = memory;
        this.queue = queue;
        this.prpPages = prpPages;
        this.sglSegments = sglSegments;
    }

    /**
     * How many commands can be under way at a time: one less than the queue has entries.
     *
     * @return commands
     */
    public int capacity() {
        return queue.capacity();
    }

    /**
     * How many commands are under way.
     *
     * @return commands, those that are over and were not polled yet left out
     */
    public int underWay() {
        return queue.underWay();
    }

    /**
     * Counts what was handed over since the queue was created.
     *
     * @return the sums
     */
    public NvmeQueueStatistics statistics() {
        return queue.statistics();
    }

    /**
     * Hands a command to the controller and returns at once.
     *
     * @param command the command
     * @throws IllegalStateException if {@link #capacity()} commands are under way, or the queue pair or the memory is closed
     * @throws IllegalArgumentException if the command wants an SGL and the controller knows none, or PRP and its memory has a gap
     *                               inside a page of the controller
     * @throws DeviceException       if the controller was given up
     */
    public void submit(final NvmeCommand command) {
        queue.submit(command.command(), transfer(command), command);
    }

    /**
     * Fetches a command that is over.
     *
     * @return the command and how it ended; empty if none has ended since
     * @throws IllegalStateException if the queue pair is closed
     * @throws DeviceException       if the controller did not finish a command in time, has failed, or is gone
     */
    public Optional<NvmeCompletion> poll() {
        return Optional.ofNullable(queue.poll())
                .map(done -> new NvmeCompletion(done.origin(), done.completion().status()));
    }

    /**
     * Carries a command out and waits for its end.
     *
     * @param command the command
     * @return how it ended
     * @throws IllegalStateException    as {@link #submit} does
     * @throws IllegalArgumentException as {@link #submit} does
     * @throws DeviceException          if the controller did not finish it in time, has failed, or is gone
     */
    public NvmeStatus execute(final NvmeCommand command) {
        return queue.execute(command.command(), transfer(command)).status();
    }

    /**
     * Reads blocks into a buffer and waits until they are there.
     *
     * @param namespace from where
     * @param lba       number of the first block
     * @param buffer    where to; it may be closed meanwhile, its memory is kept
     * @param offset    of the first byte there; its address must be a multiple of 4
     * @param blocks    how many, 1 to {@link NvmeNamespace#maxBlocks()}
     * @throws IllegalArgumentException  as {@link NvmeCommand#read} does
     * @throws IndexOutOfBoundsException as {@link NvmeCommand#read} does
     * @throws IllegalStateException     if the buffer or the queue pair is closed, or the queue is full
     * @throws DeviceException           if the command ended badly, or not at all
     */
    public void read(final NvmeNamespace namespace, final long lba, final ContiguousBuffer buffer, final long offset,
                     final int blocks) {
        try (DmaMapping mapping = controller.map(buffer)) {
            executeWell(NvmeCommand.read(namespace, lba, blocks, mapping, offset));
        }
    }

    /**
     * Writes blocks from a buffer and waits until the controller has them.
     *
     * @param namespace where to
     * @param lba       number of the first block
     * @param buffer    from where; it may be closed meanwhile, its memory is kept
     * @param offset    of the first byte there; its address must be a multiple of 4
     * @param blocks    how many, 1 to {@link NvmeNamespace#maxBlocks()}
     * @throws IllegalArgumentException  as {@link NvmeCommand#write} does
     * @throws IndexOutOfBoundsException as {@link NvmeCommand#write} does
     * @throws IllegalStateException     if the buffer or the queue pair is closed, or the queue is full
     * @throws DeviceException           if the command ended badly, or not at all
     */
    public void write(final NvmeNamespace namespace, final long lba, final ContiguousBuffer buffer, final long offset,
                      final int blocks) {
        try (DmaMapping mapping = controller.map(buffer)) {
            executeWell(NvmeCommand.write(namespace, lba, blocks, mapping, offset));
        }
    }

    /**
     * Waits until what was written lasts.
     *
     * @param namespace where
     * @throws IllegalStateException if the queue pair is closed, or the queue is full
     * @throws DeviceException       if the command ended badly, or not at all
     */
    public void flush(final NvmeNamespace namespace) {
        executeWell(NvmeCommand.flush(namespace));
    }

    /**
     * Deletes the queues; commands that are under way are over then, one way or the other. Idempotent.
     *
     * @throws DeviceException if the controller does not delete them; their memory is kept until it was stopped
     */
    @Override
    public void close() {
        controller.delete(this);
    }

    /** Number, size and, while it is open, where the rings are for the controller. */
    @Override
    public synchronized String toString() {
        return "queue pair " + number + " of " + (queue.capacity() + 1) + " entries" + (closed ? ", closed" : ", " + memory);
    }

    int number() {
        return number;
    }

    /** Frees everything: the controller knows nothing of the queues any more. */
    synchronized void release() {
        if (!closed) {
            closed = true;
            queue.close();
            prpPages.close();
            sglSegments.close();
            memory.close();
        }
    }

    private void executeWell(final NvmeCommand command) {
        final NvmeStatus status = execute(command);
        if (!status.isSuccess()) {
            throw new DeviceException(controller.device() + " did not carry out a " + command + ": " + status);
        }
    }

    private Transfer transfer(final NvmeCommand command) {
        if (command.memory() == null) {
            return Transfer.of(DataPointer.NONE);
        }
        final boolean sgl = controller.identity().sgl();
        final NvmeAddressing addressing = command.addressing() != null ? command.addressing()
                : sgl ? NvmeAddressing.SGL : NvmeAddressing.PRP;
        if (addressing == NvmeAddressing.SGL && !sgl) {
            throw new IllegalArgumentException("the controller knows no SGL (SGLS): use PRP");
        }
        return new DataTransfer(command, addressing, addressing == NvmeAddressing.SGL ? sglSegments : prpPages);
    }
}
