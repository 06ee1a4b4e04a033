// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.devices.nvme;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.IntConsumer;

/**
 * The ring in which the controller reports (Base 3.3.1). Entries are new whose phase tag differs from that of the last time round:
 * the ring starts zeroed, so that the first time it is 1 (Base 3.3.3.2, Phase Tag). Not thread-safe.
 */
final class CompletionQueue {
    /** Bytes of an entry. */
    static final int ENTRY_SIZE = 1 << Registers.COMPLETION_ENTRY_SHIFT;

    private static final VarHandle INT = MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int PHASE_SHIFT = 16;

    private final ByteBuffer ring;
    private final int entries;
    private final IntConsumer doorbell;
    private int head;
    private int phase = 1;

    /**
     * Creates the ring.
     *
     * @param ring     zeroed memory, aligned to 16 bytes, of whole entries
     * @param doorbell takes the head
     */
    CompletionQueue(final ByteBuffer ring, final IntConsumer doorbell) {
        this.ring = ring;
        this.entries = ring.capacity() / ENTRY_SIZE;
        this.doorbell = doorbell;
    }

    /**
     * Takes the next entry.
     *
     * @return the entry; null if there is none yet
     */
    CompletionEntry poll() {
        final int at = head * ENTRY_SIZE;
        // Acquire: the rest of the entry, and the data of the command, are read after the dword that tells that they are there.
        final int dword3 = (int) INT.getAcquire(ring, at + 12);
        if ((dword3 >>> PHASE_SHIFT & 1) != phase) {
            return null;
        }
        final CompletionEntry entry = CompletionEntry.decode((int) INT.get(ring, at), (int) INT.get(ring, at + 8), dword3);
        if (++head == entries) {
            head = 0;
            phase ^= 1;
        }
        return entry;
    }

    /** Gives the entries that were taken back to the controller. */
    void acknowledge() {
        doorbell.accept(head);
    }
}
