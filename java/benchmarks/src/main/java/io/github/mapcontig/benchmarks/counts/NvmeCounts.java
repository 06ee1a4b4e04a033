// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.benchmarks.counts;

import io.github.mapcontig.ContiguousBuffer;
import io.github.mapcontig.devices.nvme.NvmeAddressing;
import io.github.mapcontig.devices.nvme.NvmeController;
import io.github.mapcontig.devices.nvme.NvmeNamespace;
import io.github.mapcontig.devices.nvme.NvmeQueuePair;
import io.github.mapcontig.devices.nvme.NvmeQueueStatistics;
import io.github.mapcontig.devices.pci.BorrowedDevice;
import io.github.mapcontig.devices.pci.DmaMapping;
import io.github.mapcontig.devices.pci.PciDevice;
import io.github.mapcontig.devices.pci.PciFunction;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * Counts what it takes to read 1 GiB from an NVMe controller, by memory, by the way to describe it, and by the size of a command. Runs
 * in a guest of {@code vagrant/vm run --icount}, whose clock counts instructions. What is on the disk is overwritten.
 */
public final class NvmeCounts {
    /** The columns of the file. */
    private static final List<String> COLUMNS = List.of("memory", "addressing", "bytes per command", "bytes", "buffer bytes",
            "buffer extents", "commands", "descriptors", "list bytes", "rounds", "instructions min", "instructions median",
            "instructions max");

    private static final long[] COMMAND_SIZES = {128L << 10, 4L << 20, 256L << 20};
    private static final int BLOCK_SIZE = 4096;
    /** QEMU takes no more PRP entries, or pieces, for one command. */
    private static final long MOST_PIECES = 1024;
    private static final int WARM_UP_ROUNDS = 3;
    private static final int ROUNDS = 5;
    private static final int ENTRIES = 16;

    private final NvmeController controller;
    private final NvmeNamespace disk;
    private final Writer out;

    private NvmeCounts(final NvmeController controller, final Writer out) {
        this.controller = controller;
        this.disk = controller.namespaces().stream().filter(found -> found.blockSize() == BLOCK_SIZE).findFirst()
                .orElseThrow(() -> new IllegalStateException("no namespace has blocks of " + BLOCK_SIZE + " bytes"));
        this.out = out;
    }

    /**
     * Counts.
     *
     * @param args the file to write
     * @throws IOException if it can not be written
     */
    public static void main(final String[] args) throws IOException {
        if (args.length != 1) {
            System.err.println("usage: NvmeCounts FILE.csv");
            System.exit(2);
        }
        final PciDevice device = PciDevice.find(NvmeController.QEMU_VENDOR, NvmeController.QEMU_DEVICE).stream().findFirst()
                .orElseThrow(() -> new IllegalStateException("no QEMU NVMe controller here: vagrant/vm run --device nvme"));
        try (BorrowedDevice borrowed = BorrowedDevice.take(device);
             NvmeController controller = NvmeController.open(PciFunction.open(borrowed.device()));
             Writer out = Files.newBufferedWriter(Path.of(args[0]))) {
            if (!controller.identity().serial().startsWith("contig")) {
                throw new IllegalStateException("the disk with serial number " + controller.identity().serial() + " is not one that"
                        + " vagrant/vm made for this, and would be overwritten");
            }
            new NvmeCounts(controller, out).count();
        }
    }

    private void count() throws IOException {
        print(COLUMNS);
        for (final Memory memory : Memory.values()) {
            try (NvmeQueuePair pair = controller.createQueuePair(ENTRIES); ContiguousBuffer buffer = memory.allocate();
                 DmaMapping mapping = controller.map(buffer)) {
                final Transfers transfers = new Transfers(pair, disk, mapping);
                if (memory == Memory.CONTIGUOUS) {
                    transfers.fillTheDisk();
                }
                for (final NvmeAddressing how : NvmeAddressing.values()) {
                    transfers.warmUp(how);
                    for (final long bytes : COMMAND_SIZES) {
                        if (pieces(memory, how, bytes) <= MOST_PIECES) {
                            count(memory, buffer, pair, transfers, how, bytes);
                        }
                    }
                }
            }
        }
    }

    private void count(final Memory memory, final ContiguousBuffer buffer, final NvmeQueuePair pair, final Transfers transfers,
                       final NvmeAddressing how, final long bytes) throws IOException {
        transfers.erase();
        for (int i = 0; i < WARM_UP_ROUNDS; i++) {
            transfers.round(how, bytes);
        }
        final NvmeQueueStatistics before = pair.statistics();
        final long[] rounds = LongStream.generate(() -> transfers.round(how, bytes)).limit(ROUNDS).sorted().toArray();
        final NvmeQueueStatistics after = pair.statistics();
        transfers.verify();
        print(List.of(memory.title(), how, bytes, Transfers.TOTAL, buffer.size(), buffer.extents().size(),
                (after.commands() - before.commands()) / ROUNDS, (after.descriptors() - before.descriptors()) / ROUNDS,
                (after.listBytes() - before.listBytes()) / ROUNDS, ROUNDS, rounds[0], rounds[ROUNDS / 2], rounds[ROUNDS - 1]));
    }

    /** No value has a comma or a quote. */
    private void print(final List<?> values) throws IOException {
        out.write(values.stream().map(Object::toString).collect(Collectors.joining(",", "", "\n")));
        out.flush();
    }

    /** How many a command of that size has at most. */
    private static long pieces(final Memory memory, final NvmeAddressing how, final long bytes) {
        return how == NvmeAddressing.SGL && memory != Memory.PAGES ? 1 : bytes / BLOCK_SIZE;
    }
}
