// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.devices.nvme;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.IntConsumer;

/**
 * The ring of commands for the controller (Base 3.3.1). One entry stays free: a ring whose tail meets its head is an empty one.
 * Not thread-safe.
 */
final class SubmissionQueue {
    /** Bytes of an entry. */
    static final int ENTRY_SIZE = 1 << Registers.SUBMISSION_ENTRY_SHIFT;

    private final ByteBuffer ring;
    private final int entries;
    private final IntConsumer doorbell;
    private int tail;
    private int head;

    /**
     * Creates the ring.
     *
     * @param ring     memory of whole entries
     * @param doorbell takes the tail
     */
    SubmissionQueue(final ByteBuffer ring, final IntConsumer doorbell) {
        this.ring = ring.order(ByteOrder.LITTLE_ENDIAN);
        this.entries = ring.capacity() / ENTRY_SIZE;
        this.doorbell = doorbell;
    }

    /** How many commands can be in it at a time. */
    int capacity() {
        return entries - 1;
    }

    boolean isFull() {
        return (tail + 1) % entries == head;
    }

    /**
     * Puts a command into the ring and tells the controller. The doorbell is a volatile store, which comes after those to the ring.
     *
     * @param command    the command
     * @param identifier that its completion will carry
     * @param data       where its data is
     */
    void put(final Command command, final int identifier, final DataPointer data) {
        if (isFull()) {
            throw new IllegalStateException("the submission queue is full");
        }
        command.encode(ring, tail * ENTRY_SIZE, identifier, data);
        tail = (tail + 1) % entries;
        doorbell.accept(tail);
    }

    /** Takes note of how far the controller has read, which each completion tells. */
    void readUpTo(final int newHead) {
        head = newHead % entries;
    }
}
