// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.devices.nvme;

import io.github.mapcontig.devices.pci.DeviceException;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;

/**
 * A controller from enabled to stopped, and all memory that it was told of in between. The memory is freed when the controller is
 * known to be stopped, and only then. Guarded by the controller.
 */
final class Session {
    private static final Duration LEAST_SHUTDOWN_TIMEOUT = Duration.ofSeconds(10);
    private static final int MOST_QUEUE_PAIRS = 64;

    private final Setup setup;
    private final Health health;
    private final AdminQueue admin;
    private final TreeMap<Integer, NvmeQueuePair> pairs = new TreeMap<>();
    private NvmeIdentity identity;
    private List<NvmeNamespace> namespaces;
    private int maxQueuePairs;

    private Session(final Setup setup, final Health health, final AdminQueue admin) {
        this.setup = setup;
        this.health = health;
        this.admin = admin;
    }

    /** Enables a controller that is disabled, and identifies it. If that fails it is disabled again. */
    static Session start(final Setup setup) {
        final Health health = new Health(setup.device(), setup.registers());
        final Session session = new Session(setup, health,
                AdminQueue.create(setup.device(), setup.registers(), health, setup.commandTimeout(), setup::allocate));
        try {
            session.enable();
            return session;
        } catch (final RuntimeException e) {
            try {
                session.stop();
            } catch (final DeviceException alsoThat) {
                e.addSuppressed(alsoThat);
            }
            throw e;
        }
    }

    private void enable() {
        setup.registers().maskInterrupts();
        setup.lifecycle().enable(Registers.configurationFor(setup.pageSize()));
        identity = admin.identifyController(setup.capabilities().minPageSize());
        if (!identity.submissionEntrySizeFits() || !identity.completionEntrySizeFits()) {
            throw new DeviceException(setup.device() + " wants queue entries of other sizes than 64 and 16 bytes (SQES, CQES)");
        }
        namespaces = admin.activeNamespaces().stream().map(id -> admin.identifyNamespace(id, identity.maxTransferSize())).toList();
        maxQueuePairs = admin.setNumberOfQueuePairs(MOST_QUEUE_PAIRS);
    }

    NvmeIdentity identity() {
        return identity;
    }

    List<NvmeNamespace> namespaces() {
        return namespaces;
    }

    int maxQueuePairs() {
        return maxQueuePairs;
    }

    NvmeQueuePair createQueuePair(final NvmeController controller, final int entries) {
        health.check();
        int number = 1;
        while (pairs.containsKey(number)) {
            number++;
        }
        if (number > maxQueuePairs) {
            throw new IllegalStateException("the controller has no more queues: close one of the " + pairs.size() + " pairs");
        }
        final QueueMemory memory = new QueueMemory(setup::allocate, entries);
        boolean done = false;
        try {
            admin.createQueuePair(number, entries, memory);
            done = true;
        } finally {
            // A controller that did not answer may have created them after all: then the memory is kept.
            if (!done && health.isGood()) {
                memory.close();
            }
        }
        final NvmeQueuePair pair = new NvmeQueuePair(controller, number, memory,
                memory.queue(number, setup.registers(), health, setup.commandTimeout()),
                new ListPages(setup::allocate, Math.toIntExact(setup.pageSize())), new ListPages(setup::allocate, SglList.SEGMENT_SIZE));
        pairs.put(number, pair);
        return pair;
    }

    void delete(final NvmeQueuePair pair) {
        if (pairs.get(pair.number()) == pair) {
            health.check();
            admin.deleteQueuePair(pair.number());
            pairs.remove(pair.number());
            pair.release();
        }
    }

    /**
     * Ends all queues, and with them what is under way, if the controller listens. It need not be done before the controller is stopped,
     * but QEMU (7.2.22) crashes when that happens with commands under way.
     */
    void tryToDeletePairs() {
        try {
            deletePairs();
        } catch (final DeviceException e) {
            // The controller is given up now, and is to be stopped in any case.
            health.giveUp("it did not end its queues", e);
        }
    }

    /** Ends all queues and lets the controller bring its caches to safety, unless it was given up. */
    void windUp() {
        if (health.isGood()) {
            deletePairs();
            final Duration limit = identity.shutdownTimeout();
            setup.lifecycle().shutDown(limit.compareTo(LEAST_SHUTDOWN_TIMEOUT) > 0 ? limit : LEAST_SHUTDOWN_TIMEOUT);
        }
    }

    private void deletePairs() {
        if (health.isGood()) {
            List.copyOf(pairs.values()).forEach(this::delete);
        }
    }

    /** From any state to disabled; then the memory is free. */
    void stop() {
        try {
            setup.lifecycle().disable();
        } catch (final DeviceException e) {
            throw health.giveUp("it did not stop", e);
        }
        health.giveUp("it was stopped");
        pairs.values().forEach(NvmeQueuePair::release);
        pairs.clear();
        admin.close();
    }
}
