// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.benchmarks.counts;

import io.github.mapcontig.ContiguousBuffer;
import io.github.mapcontig.devices.nvme.NvmeAddressing;
import io.github.mapcontig.devices.nvme.NvmeCommand;
import io.github.mapcontig.devices.nvme.NvmeCompletion;
import io.github.mapcontig.devices.nvme.NvmeNamespace;
import io.github.mapcontig.devices.nvme.NvmeQueuePair;
import io.github.mapcontig.devices.pci.DmaMapping;
import java.util.Optional;

/** Reads 1 GiB from a disk into one buffer, round and round, and counts what the driver does for it. */
final class Transfers {
    /** Bytes of a round. */
    static final long TOTAL = 1L << 30;

    private static final long PAGE = 4096;
    private static final int WARM_UP_COMMANDS = 20_000;
    private static final long ODD = 0x9e37_79b9_7f4a_7c15L;

    private final NvmeQueuePair pair;
    private final NvmeNamespace disk;
    private final DmaMapping mapping;

    Transfers(final NvmeQueuePair pair, final NvmeNamespace disk, final DmaMapping mapping) {
        this.pair = pair;
        this.disk = disk;
        this.mapping = mapping;
    }

    /** Each page of the disk gets numbers of its own at its beginning and its end. The buffer is as large as the disk. */
    void fillTheDisk() {
        final ContiguousBuffer buffer = mapping.buffer();
        for (long offset = 0; offset < disk.size(); offset += PAGE) {
            buffer.putLong(offset, first(offset));
            buffer.putLong(offset + PAGE - Long.BYTES, last(offset));
        }
        finish(NvmeCommand.write(disk, 0, Math.toIntExact(disk.blocks()), mapping, 0));
    }

    /** Lets the JVM compile what will be counted, however few commands a round has. */
    void warmUp(final NvmeAddressing how) {
        for (int i = 0; i < WARM_UP_COMMANDS; i++) {
            finish(NvmeCommand.read(disk, 0, 1, mapping, 0).by(how));
        }
    }

    /**
     * Reads 1 GiB, one command after the other.
     *
     * @param how   PRP or SGL
     * @param bytes of a command
     * @return instructions of the driver: making, submitting and finishing commands, waiting left out
     */
    long round(final NvmeAddressing how, final long bytes) {
        final int blocks = Math.toIntExact(bytes / disk.blockSize());
        long instructions = 0;
        for (long moved = 0; moved < TOTAL; moved += bytes) {
            final long before = System.nanoTime();
            pair.submit(NvmeCommand.read(disk, moved % disk.size() / disk.blockSize(), blocks, mapping, moved % mapping.buffer().size())
                    .by(how));
            instructions += System.nanoTime() - before;
            instructions += fetch();
        }
        return instructions;
    }

    /** Polls, of which only the poll that finds the completion counts: how many there are before is the device's affair. */
    private long fetch() {
        while (true) {
            final long before = System.nanoTime();
            final Optional<NvmeCompletion> completion = pair.poll();
            final long instructions = System.nanoTime() - before;
            if (completion.isPresent()) {
                if (!completion.get().status().isSuccess()) {
                    throw new IllegalStateException(completion.get().command() + ": " + completion.get().status());
                }
                return instructions;
            }
        }
    }

    /** Makes sure that what comes was not there before. */
    void erase() {
        for (long offset = 0; offset < mapping.buffer().size(); offset += PAGE) {
            mapping.buffer().putLong(offset, 0);
            mapping.buffer().putLong(offset + PAGE - Long.BYTES, 0);
        }
    }

    /** After a round: each page of the buffer has what belongs there. */
    void verify() {
        final ContiguousBuffer buffer = mapping.buffer();
        for (long offset = 0; offset < buffer.size(); offset += PAGE) {
            final long from = (TOTAL - buffer.size() + offset) % disk.size();
            if (buffer.getLong(offset) != first(from) || buffer.getLong(offset + PAGE - Long.BYTES) != last(from)) {
                throw new IllegalStateException("the page at offset " + offset + " is not that of the disk at " + from);
            }
        }
    }

    private void finish(final NvmeCommand command) {
        if (!pair.execute(command).isSuccess()) {
            throw new IllegalStateException(command + " failed");
        }
    }

    private static long first(final long offset) {
        return (offset + 1) * ODD;
    }

    private static long last(final long offset) {
        return ~first(offset);
    }
}
