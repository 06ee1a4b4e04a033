// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.devices.nvme;

import java.nio.ByteBuffer;

/**
 * A command as the controller gets it, without its data pointer and identifier (Base 3.3.3.1).
 *
 * @param name      for messages
 * @param opcode    what to do
 * @param namespace number of the namespace; 0 where there is none
 * @param dword10   what dword 10 of the entry holds
 * @param dword11   dword 11
 * @param dword12   dword 12
 */
record Command(String name, int opcode, int namespace, int dword10, int dword11, int dword12) {
    /** CNS values of Identify (Base 5.17.1). */
    static final int IDENTIFY_NAMESPACE = 0x00;
    static final int IDENTIFY_CONTROLLER = 0x01;
    static final int IDENTIFY_ACTIVE_NAMESPACES = 0x02;

    private static final int FEATURE_NUMBER_OF_QUEUES = 0x07;
    private static final int PHYSICALLY_CONTIGUOUS = 1;

    /** Identify (Base 5.17): writes 4096 bytes. */
    static Command identify(final int what, final int namespace) {
        return new Command("Identify", 0x06, namespace, what, 0, 0);
    }

    /** Set Features, Number of Queues (Base 5.27.1.5): asks for so many I/O queues of each kind. */
    static Command setNumberOfQueues(final int pairs) {
        return new Command("Set Features (Number of Queues)", 0x09, 0, FEATURE_NUMBER_OF_QUEUES, pairs - 1 << 16 | pairs - 1, 0);
    }

    /** Create I/O Completion Queue (Base 5.4): contiguous, without interrupts. */
    static Command createCompletionQueue(final int queue, final int entries) {
        return new Command("Create I/O Completion Queue", 0x05, 0, entries - 1 << 16 | queue, PHYSICALLY_CONTIGUOUS, 0);
    }

    /** Create I/O Submission Queue (Base 5.5): contiguous, completing in the completion queue of the same number. */
    static Command createSubmissionQueue(final int queue, final int entries) {
        return new Command("Create I/O Submission Queue", 0x01, 0, entries - 1 << 16 | queue, queue << 16 | PHYSICALLY_CONTIGUOUS, 0);
    }

    /** Delete I/O Completion Queue (Base 5.6). */
    static Command deleteCompletionQueue(final int queue) {
        return new Command("Delete I/O Completion Queue", 0x04, 0, queue, 0, 0);
    }

    /** Delete I/O Submission Queue (Base 5.7): commands in it are over when it completes. */
    static Command deleteSubmissionQueue(final int queue) {
        return new Command("Delete I/O Submission Queue", 0x00, 0, queue, 0, 0);
    }

    /** Flush (Base 7.1). */
    static Command flush(final int namespace) {
        return new Command("Flush", 0x00, namespace, 0, 0, 0);
    }

    /** Write (NVM 3.2.6). */
    static Command write(final int namespace, final long lba, final int blocks) {
        return new Command("Write", 0x01, namespace, (int) lba, (int) (lba >>> 32), blocks - 1);
    }

    /** Read (NVM 3.2.4). */
    static Command read(final int namespace, final long lba, final int blocks) {
        return new Command("Read", 0x02, namespace, (int) lba, (int) (lba >>> 32), blocks - 1);
    }

    /**
     * Writes all 64 bytes of an entry.
     *
     * @param ring       little-endian
     * @param at         where the entry starts
     * @param identifier 0 to 65535
     * @param data       where the data is
     */
    void encode(final ByteBuffer ring, final int at, final int identifier, final DataPointer data) {
        ring.putInt(at, identifier << 16 | data.kind() << 14 | opcode);
        ring.putInt(at + 4, namespace);
        ring.putLong(at + 8, 0);
        ring.putLong(at + 16, 0);
        ring.putLong(at + 24, data.first());
        ring.putLong(at + 32, data.second());
        ring.putInt(at + 40, dword10);
        ring.putInt(at + 44, dword11);
        ring.putInt(at + 48, dword12);
        ring.putInt(at + 52, 0);
        ring.putLong(at + 56, 0);
    }
}
