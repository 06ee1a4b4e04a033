// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.devices.nvme;

import io.github.mapcontig.devices.pci.DmaMapping;
import java.util.Objects;

/**
 * Something for a controller to do with a namespace. Checked when it is made; carried out by
 * {@link NvmeQueuePair#submit(NvmeCommand)}, as often as you like. Immutable.
 */
public final class NvmeCommand {
    private static final int DWORD = 4;

    private final Command command;
    private final NvmeNamespace namespace;
    private final DmaMapping memory;
    private final long offset;
    private final NvmeAddressing addressing;

    private NvmeCommand(final Command command, final NvmeNamespace namespace, final DmaMapping memory, final long offset,
                        final NvmeAddressing addressing) {
        this.command = command;
        this.namespace = namespace;
        this.memory = memory;
        this.offset = offset;
        this.addressing = addressing;
    }

    /**
     * Read blocks into memory (NVM 3.2.4).
     *
     * @param namespace from where
     * @param lba       number of the first block
     * @param blocks    how many, 1 to {@link NvmeNamespace#maxBlocks()}
     * @param memory    where to; it must not be closed before the command has completed. One from
     *                  {@link NvmeController#map} may be: it is closed when all its commands are over
     * @param offset    of the first byte there; its address must be a multiple of 4
     * @return the command
     * @throws IllegalArgumentException  if the numbers are impossible, or the namespace has metadata
     * @throws IndexOutOfBoundsException if the blocks are not inside the namespace, or the bytes not inside the memory
     */
    public static NvmeCommand read(final NvmeNamespace namespace, final long lba, final int blocks, final DmaMapping memory,
                                   final long offset) {
        check(namespace, lba, blocks, memory, offset);
        return new NvmeCommand(Command.read(namespace.id(), lba, blocks), namespace, memory, offset, null);
    }

    /**
     * Write blocks from memory (NVM 3.2.6).
     *
     * @param namespace where to
     * @param lba       number of the first block
     * @param blocks    how many, 1 to {@link NvmeNamespace#maxBlocks()}
     * @param memory    from where, as for {@link #read}
     * @param offset    of the first byte there; its address must be a multiple of 4
     * @return the command
     * @throws IllegalArgumentException  if the numbers are impossible, or the namespace has metadata
     * @throws IndexOutOfBoundsException if the blocks are not inside the namespace, or the bytes not inside the memory
     */
    public static NvmeCommand write(final NvmeNamespace namespace, final long lba, final int blocks, final DmaMapping memory,
                                    final long offset) {
        check(namespace, lba, blocks, memory, offset);
        return new NvmeCommand(Command.write(namespace.id(), lba, blocks), namespace, memory, offset, null);
    }

    /**
     * Make sure that what was written lasts, also through a loss of power (Base 7.1).
     *
     * @param namespace where
     * @return the command
     */
    public static NvmeCommand flush(final NvmeNamespace namespace) {
        return new NvmeCommand(Command.flush(namespace.id()), namespace, null, 0, null);
    }

    /**
     * The same command with another way to tell where its data is. Without it, an SGL is used if the controller knows it.
     *
     * @param how the way
     * @return the command
     */
    public NvmeCommand by(final NvmeAddressing how) {
        return new NvmeCommand(command, namespace, memory, offset, Objects.requireNonNull(how, "addressing must not be null"));
    }

    /** What it is, such as {@code Read of 8 blocks at 0 in namespace 1}. */
    @Override
    public String toString() {
        return command.name() + (memory == null ? "" : " of " + blocks() + " blocks at " + lba()) + " in namespace " + namespace.id();
    }

    Command command() {
        return command;
    }

    /** Null if there is no data. */
    DmaMapping memory() {
        return memory;
    }

    long offset() {
        return offset;
    }

    long length() {
        return memory == null ? 0 : (long) blocks() * namespace.blockSize();
    }

    /** Null if the controller decides. */
    NvmeAddressing addressing() {
        return addressing;
    }

    private int blocks() {
        return command.dword12() + 1;
    }

    private long lba() {
        return Integer.toUnsignedLong(command.dword10()) | (long) command.dword11() << 32;
    }

    private static void check(final NvmeNamespace namespace, final long lba, final int blocks, final DmaMapping memory,
                              final long offset) {
        if (namespace.metadataSize() != 0) {
            throw new IllegalArgumentException("namespace " + namespace.id() + " has metadata with each block, which is not supported");
        }
        if (blocks < 1 || blocks > namespace.maxBlocks()) {
            throw new IllegalArgumentException("one command moves 1 to " + namespace.maxBlocks() + " blocks of namespace "
                    + namespace.id() + ": " + blocks);
        }
        if (lba < 0 || lba > namespace.blocks() - blocks) {
            throw new IndexOutOfBoundsException("namespace " + namespace.id() + " has " + namespace.blocks() + " blocks: " + blocks
                    + " at " + lba + " are not inside");
        }
        final long length = (long) blocks * namespace.blockSize();
        final long first = memory.address(offset);
        // Only to see that it is there
        memory.address(Math.addExact(offset, length - 1));
        if (first % DWORD != 0) {
            throw new IllegalArgumentException("the address of the data must be a multiple of 4: 0x" + Long.toHexString(first));
        }
    }
}
