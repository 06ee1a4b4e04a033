// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.devices.nvme;

import io.github.mapcontig.devices.pci.DeviceException;
import io.github.mapcontig.devices.pci.PciDevice;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;

/** The queue pair by which a controller is set up (Base 3.1.3.9, 5), and the commands for that. Thread-safe. */
final class AdminQueue {
    private static final int ENTRIES = 64;
    private static final int IDENTIFY_SIZE = 4096;
    private static final int NAMESPACES_PER_LIST = IDENTIFY_SIZE / Integer.BYTES;

    private final PciDevice device;
    private final Health health;
    private final QueueMemory memory;
    private final DeviceMemory answer;
    private final CommandQueue queue;

    private AdminQueue(final PciDevice device, final Health health, final QueueMemory memory, final DeviceMemory answer,
                       final CommandQueue queue) {
        this.device = device;
        this.health = health;
        this.memory = memory;
        this.answer = answer;
        this.queue = queue;
    }

    /** Allocates the queues and tells the controller, which is disabled, where they are. */
    static AdminQueue create(final PciDevice device, final Registers registers, final Health health, final Duration timeout,
                             final LongFunction<DeviceMemory> allocator) {
        final DeviceMemory answer = allocator.apply(IDENTIFY_SIZE);
        boolean done = false;
        try {
            final QueueMemory memory = new QueueMemory(allocator, ENTRIES);
            done = true;
            registers.setAdminQueues(ENTRIES, memory.submissionAddress(), memory.completionAddress());
            return new AdminQueue(device, health, memory, answer, memory.queue(0, registers, health, timeout));
        } finally {
            if (!done) {
                answer.close();
            }
        }
    }

    NvmeIdentity identifyController(final long minPageSize) {
        return NvmeIdentity.decode(identify(Command.IDENTIFY_CONTROLLER, 0), minPageSize);
    }

    NvmeNamespace identifyNamespace(final int id, final long maxTransferSize) {
        return NvmeNamespace.decode(id, identify(Command.IDENTIFY_NAMESPACE, id), maxTransferSize);
    }

    /** The numbers of all active namespaces, ascending: a list has 1024, and what comes behind its last is in the next. */
    List<Integer> activeNamespaces() {
        final List<Integer> all = new ArrayList<>();
        int last = 0;
        while (true) {
            final ByteBuffer list = identify(Command.IDENTIFY_ACTIVE_NAMESPACES, last);
            for (int index = 0; index < NAMESPACES_PER_LIST; index++) {
                final int id = list.getInt(index * Integer.BYTES);
                if (id == 0) {
                    return all;
                }
                if (Integer.compareUnsigned(id, last) <= 0) {
                    throw new DeviceException(device + " lists its namespaces in no order: " + id + " behind " + last);
                }
                all.add(id);
                last = id;
            }
        }
    }

    /** Asks for queue pairs, and tells how many there may be. */
    int setNumberOfQueuePairs(final int wanted) {
        final int granted = execute(Command.setNumberOfQueues(wanted), DataPointer.NONE).result();
        return Math.min(granted & 0xffff, granted >>> 16) + 1;
    }

    void createQueuePair(final int number, final int entries, final QueueMemory rings) {
        execute(Command.createCompletionQueue(number, entries), DataPointer.prp(rings.completionAddress(), 0));
        boolean done = false;
        try {
            execute(Command.createSubmissionQueue(number, entries), DataPointer.prp(rings.submissionAddress(), 0));
            done = true;
        } finally {
            if (!done) {
                delete(Command.deleteCompletionQueue(number));
            }
        }
    }

    /** Ends a queue pair: commands in it are over when this returns. */
    void deleteQueuePair(final int number) {
        delete(Command.deleteSubmissionQueue(number));
        delete(Command.deleteCompletionQueue(number));
    }

    /** Frees the memory: the controller is disabled. */
    void close() {
        queue.close();
        memory.close();
        answer.close();
    }

    private synchronized ByteBuffer identify(final int what, final int namespace) {
        execute(Command.identify(what, namespace), DataPointer.prp(answer.address(), 0));
        return answer.bytes();
    }

    private void delete(final Command command) {
        final NvmeStatus status = queue.execute(command, Transfer.of(DataPointer.NONE)).status();
        if (!status.isSuccess()) {
            throw health.giveUp("it refused to forget a queue (" + command.name() + ": " + status + ")");
        }
    }

    private CompletionEntry execute(final Command command, final DataPointer data) {
        final CompletionEntry completion = queue.execute(command, Transfer.of(data));
        if (!completion.status().isSuccess()) {
            throw new DeviceException(device + " refused a command: " + command.name() + ": " + completion.status());
        }
        return completion;
    }
}
