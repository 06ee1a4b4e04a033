// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.devices.nvme;

import io.github.mapcontig.ContiguousBuffer;
import io.github.mapcontig.ContiguousMemory;
import io.github.mapcontig.devices.pci.DeviceException;
import io.github.mapcontig.devices.pci.DmaMapping;
import io.github.mapcontig.devices.pci.PciDevice;
import io.github.mapcontig.devices.pci.PciFunction;
import java.time.Duration;
import java.util.List;
import org.apache.commons.lang3.Validate;

/**
 * An NVMe controller on PCI (Base 3.1), driven from this process: reset, enabled with an admin queue in contiguous memory, identified,
 * and given I/O queues. It is polled; nothing here handles interrupts.
 *
 * <p><b>Data.</b> Whoever opens a controller may overwrite what is on it. Opening itself writes nothing.
 *
 * <p><b>Memory.</b> A controller reads and writes memory by itself. What it was told of is freed only when it is known to be done: when
 * the command has completed, the queue was deleted, or the controller was stopped. If it can not be stopped, the memory
 * stays allocated until the process ends.
 *
 * <p>Thread-safe.
 */
public final class NvmeController implements AutoCloseable {
    /** Vendor id of QEMU's controller. */
    public static final int QEMU_VENDOR = 0x1b36;
    /** Device id of QEMU's controller. */
    public static final int QEMU_DEVICE = 0x0010;

    private static final Duration COMMAND_TIMEOUT = Duration.ofSeconds(30);
    private static final int LEAST_ENTRIES = 2;

    private final Setup setup;
    private volatile Session session;
    private boolean closed;

    private NvmeController(final Setup setup, final Session session) {
        this.setup = setup;
        this.session = session;
    }

    /**
     * Opens the first NVMe controller of QEMU's that this machine has.
     *
     * @return the controller, which the caller closes
     * @throws DeviceException if there is none, or it can not be used
     */
    public static NvmeController open() {
        final List<PciDevice> devices = PciDevice.find(QEMU_VENDOR, QEMU_DEVICE);
        if (devices.isEmpty()) {
            throw new DeviceException("there is no QEMU NVMe controller (PCI 1b36:0010): start the guest with --device nvme");
        }
        return open(PciFunction.open(devices.get(0)));
    }

    /**
     * Resets a controller, enables it and identifies it. A command that takes longer than 30 s is taken for lost.
     *
     * @param function where it is; it belongs to the controller from now on, and is closed if this fails
     * @return the controller, which the caller closes
     * @throws DeviceException if it is no NVMe controller, does not follow, or can not read and write blocks
     * @throws io.github.mapcontig.ContiguousMemoryException if there is no contiguous memory for its queues
     */
    public static NvmeController open(final PciFunction function) {
        return open(function, COMMAND_TIMEOUT);
    }

    /**
     * As {@link #open(PciFunction)}, with another limit of time.
     *
     * @param function       where it is; it belongs to the controller from now on, and is closed if this fails
     * @param commandTimeout after how long a command is taken for lost, and the controller is given up
     * @return the controller, which the caller closes
     * @throws DeviceException if it is no NVMe controller, does not follow, or can not read and write blocks
     * @throws io.github.mapcontig.ContiguousMemoryException if there is no contiguous memory for its queues
     */
    public static NvmeController open(final PciFunction function, final Duration commandTimeout) {
        return open(function, commandTimeout, (size, alignment) -> ContiguousMemory.request().size(size).alignment(alignment)
                .pinned(true).allocate());
    }

    static NvmeController open(final PciFunction function, final Duration commandTimeout, final MemorySource source) {
        boolean opened = false;
        try {
            Validate.isTrue(commandTimeout.toNanos() > 0, "a command takes some time: %s", commandTimeout);
            final Setup setup = new Setup(function, commandTimeout, source);
            setup.checkKind();
            setup.lifecycle().disable();
            final NvmeController controller = new NvmeController(setup, Session.start(setup));
            opened = true;
            return controller;
        } finally {
            if (!opened) {
                function.close();
            }
        }
    }

    /**
     * What this is.
     *
     * @return the PCI device
     */
    public PciDevice device() {
        return setup.device();
    }

    /**
     * What the controller can do.
     *
     * @return its capabilities
     */
    public NvmeCapabilities capabilities() {
        return setup.capabilities();
    }

    /**
     * The version of the specification that it follows (VS, Base 3.1.3.2).
     *
     * @return such as {@code 1.4.0}
     */
    public String version() {
        final int version = setup.registers().version();
        return (version >>> 16) + "." + (version >>> 8 & 0xff) + "." + (version & 0xff);
    }

    /**
     * What the controller says about itself.
     *
     * @return its identity
     */
    public NvmeIdentity identity() {
        return session.identity();
    }

    /**
     * The active namespaces, as they were when the controller was opened or reset (Base 5.17.2.2).
     *
     * @return in the order of their numbers
     */
    public List<NvmeNamespace> namespaces() {
        return session.namespaces();
    }

    /**
     * How large the memory pages of PRP lists are (CC.MPS).
     *
     * @return bytes
     */
    public long pageSize() {
        return setup.pageSize();
    }

    /**
     * How many I/O queue pairs there can be at a time.
     *
     * @return pairs
     */
    public int maxQueuePairs() {
        return session.maxQueuePairs();
    }

    /**
     * Makes a buffer known to the controller. The mapping stays open, whoever closes it or the buffer, while a command that uses it is
     * under way.
     *
     * @param buffer the buffer; if it has several extents, commands describe it by lists
     * @return the mapping, which the caller closes
     * @throws IllegalStateException as {@link PciFunction#mapPieces} does
     */
    public DmaMapping map(final ContiguousBuffer buffer) {
        return new TrackedMapping(setup.function().mapPieces(buffer));
    }

    /**
     * Creates an I/O submission queue and its completion queue (Base 5.4, 5.5), each in contiguous memory.
     *
     * @param entries of each, 2 to {@link NvmeCapabilities#maxQueueEntries()}; one less is how many commands can be under way
     * @return the pair, which the caller closes
     * @throws IllegalArgumentException if the controller has no such queues
     * @throws IllegalStateException    if {@link #maxQueuePairs()} are open, or the controller is closed
     * @throws DeviceException          if the controller refuses them, or was given up
     * @throws io.github.mapcontig.ContiguousMemoryException if there is no contiguous memory for them
     */
    public synchronized NvmeQueuePair createQueuePair(final int entries) {
        checkOpen();
        final int most = setup.capabilities().maxQueueEntries();
        Validate.inclusiveBetween(LEAST_ENTRIES, most, entries, "a queue has 2 to " + most + " entries: " + entries);
        return session.createQueuePair(this, entries);
    }

    /**
     * Stops the controller, which ends all its queue pairs and commands and frees their memory, and starts it anew.
     *
     * @throws DeviceException if it does not follow; it is given up then, and the memory kept
     */
    public synchronized void reset() {
        checkOpen();
        session.tryToDeletePairs();
        session.stop();
        session = Session.start(setup);
    }

    /**
     * Shuts the controller down so that nothing written is lost (Base 3.6.1), stops it, frees the memory and gives the function back.
     * A controller that was given up is only stopped. Idempotent.
     *
     * @throws DeviceException if it can not be stopped: then the memory that it was told of stays allocated until the process ends
     */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            endSession();
        } finally {
            setup.function().close();
        }
    }

    private void endSession() {
        try {
            session.windUp();
        } finally {
            session.stop();
        }
    }

    synchronized void delete(final NvmeQueuePair pair) {
        session.delete(pair);
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("the controller is closed: " + device());
        }
    }
}
