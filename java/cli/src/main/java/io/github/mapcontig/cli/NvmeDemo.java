// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli;

import io.github.mapcontig.AddressKind;
import io.github.mapcontig.ContiguousBuffer;
import io.github.mapcontig.ContiguousMemory;
import io.github.mapcontig.Source;
import io.github.mapcontig.devices.nvme.NvmeAddressing;
import io.github.mapcontig.devices.nvme.NvmeCommand;
import io.github.mapcontig.devices.nvme.NvmeController;
import io.github.mapcontig.devices.nvme.NvmeNamespace;
import io.github.mapcontig.devices.nvme.NvmeQueuePair;
import io.github.mapcontig.devices.nvme.NvmeStatus;
import io.github.mapcontig.devices.pci.BorrowedDevice;
import io.github.mapcontig.devices.pci.DeviceException;
import io.github.mapcontig.devices.pci.DmaMapping;
import io.github.mapcontig.devices.pci.PciDevice;
import io.github.mapcontig.devices.pci.PciFunction;
import io.github.mapcontig.internal.platform.Sizes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

/** The part of the demo that drives an NVMe controller: queues in contiguous memory, and one command that moves 32 MiB. */
final class NvmeDemo {
    static final int TRANSFER = 32 << 20;

    private static final int ENTRIES = 2048;
    private static final int ROUNDS = 4;
    private static final double NANOS_PER_MILLI = 1e6;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final int PRP_ENTRY_SIZE = 8;
    private static final int SGL_DESCRIPTOR_SIZE = 16;

    private final Narration out;

    NvmeDemo(final Narration out) {
        this.out = out;
    }

    void show() {
        out.title("6. An NVMe controller, driven from Java");
        final List<PciDevice> devices = PciDevice.find(NvmeController.QEMU_VENDOR, NvmeController.QEMU_DEVICE);
        if (devices.isEmpty()) {
            throw new DeviceException("there is no QEMU NVMe controller: start the guest with --device nvme");
        }
        final NvmeDisk disk = new NvmeDisk(devices.get(0));
        final String serial = disk.attribute("serial");
        if (!serial.startsWith("contig")) {
            throw new DeviceException("the disk with serial number " + serial + " is not one that vagrant/vm made for this, and would"
                    + " be overwritten: it is left alone");
        }
        final String sent;
        try (BorrowedDevice borrowed = BorrowedDevice.take(devices.get(0))) {
            final PciDevice device = borrowed.device();
            out.say("taken from the kernel's driver: %s%s", device, device.translatingIommuGroup()
                    .map(group -> ", lent to VFIO, as it is behind an IOMMU, group " + group).orElse(""));
            try (NvmeController controller = NvmeController.open(PciFunction.open(borrowed.device()))) {
                out.conclude(controller.identity().serial().equals(serial), "%s, serial number %s, NVMe %s, says Identify, and the kernel",
                        controller.identity().model(), controller.identity().serial(), controller.version());
                controller.namespaces().forEach(namespace -> out.say("namespace %d: %,d blocks of %d bytes, %s", namespace.id(),
                        namespace.blocks(), namespace.blockSize(), Sizes.exact(namespace.size())));
                sent = drive(controller);
            }
        }
        final String found = sha256(disk.read(1, 0, TRANSFER));
        out.conclude(found.equals(sent), "given back: the kernel's driver reads the same %s (sha256 %s)", Sizes.exact(TRANSFER), found);
    }

    private String drive(final NvmeController controller) {
        final int entries = Math.min(ENTRIES, controller.capabilities().maxQueueEntries());
        final NvmeNamespace namespace = controller.namespaces().get(0);
        try (NvmeQueuePair pair = controller.createQueuePair(entries);
             ContiguousBuffer buffer = ContiguousMemory.request().size(2L * TRANSFER).sources(Source.MAP_CONTIG).allocate();
             DmaMapping mapping = controller.map(buffer)) {
            out.say("%s: %s", controller.capabilities().contiguousQueuesRequired()
                    ? "this controller insists on contiguous queues (CAP.CQR)" : "queues", pair);
            goRound(pair, NvmeCommand.read(namespace, 0, 1, mapping, 0), entries);
            final String sent = moveAtOnce(pair, namespace, buffer, mapping);
            final NvmeControls controls = new NvmeControls(out, controller, pair, namespace);
            if (mapping.addressKind() == AddressKind.IO_VIRTUAL) {
                controls.showWhatAnIommuMakesOfScatteredMemory(sent);
                controls.showWhatIsNotReached(buffer, mapping);
            } else {
                showLists(controller, pair, NvmeCommand.write(namespace, 0, TRANSFER / namespace.blockSize(), mapping, 0));
                controls.showScatteredMemory(buffer, mapping);
            }
            return sent;
        }
    }

    private void goRound(final NvmeQueuePair pair, final NvmeCommand command, final int entries) {
        final int commands = ROUNDS * entries;
        final long before = System.nanoTime();
        int submitted = 0;
        int completed = 0;
        int good = 0;
        while (completed < commands) {
            while (submitted < commands && submitted - completed < pair.capacity()) {
                pair.submit(command);
                submitted++;
            }
            final NvmeStatus status = pair.poll().map(completion -> completion.status()).orElse(null);
            completed += status == null ? 0 : 1;
            good += NvmeStatus.SUCCESS.equals(status) ? 1 : 0;
        }
        final double seconds = (System.nanoTime() - before) / NANOS_PER_SECOND;
        out.conclude(good == commands, "%,d of %,d reads completed, %d times round both rings, up to %,d at a time: %,.0f in a second",
                good, commands, ROUNDS, pair.capacity(), commands / seconds);
    }

    private String moveAtOnce(final NvmeQueuePair pair, final NvmeNamespace namespace, final ContiguousBuffer buffer,
                              final DmaMapping mapping) {
        final byte[] bytes = new byte[TRANSFER];
        new Random(TRANSFER).nextBytes(bytes);
        buffer.put(0, bytes, 0, TRANSFER);
        final int blocks = TRANSFER / namespace.blockSize();
        final long before = System.nanoTime();
        final NvmeStatus written = pair.execute(NvmeCommand.write(namespace, 0, blocks, mapping, 0).by(NvmeAddressing.SGL));
        final long between = System.nanoTime();
        final NvmeStatus read = pair.execute(NvmeCommand.read(namespace, 0, blocks, mapping, TRANSFER).by(NvmeAddressing.SGL));
        final long after = System.nanoTime();
        final byte[] back = new byte[TRANSFER];
        buffer.get(TRANSFER, back, 0, TRANSFER);
        out.say("one command writes %s (%.0f ms), one reads them back (%.0f ms), each with one descriptor: address 0x%x (%s) and"
                + " length", Sizes.exact(TRANSFER), (between - before) / NANOS_PER_MILLI, (after - between) / NANOS_PER_MILLI,
                mapping.address(0), mapping.addressKind());
        out.conclude(written.isSuccess() && read.isSuccess() && Arrays.equals(bytes, back),
                "one command moved %s to the disk and one back, by one SGL descriptor of %d bytes each", Sizes.exact(TRANSFER),
                SGL_DESCRIPTOR_SIZE);
        return sha256(bytes);
    }

    private void showLists(final NvmeController controller, final NvmeQueuePair pair, final NvmeCommand command) {
        final long pages = TRANSFER / controller.pageSize();
        final long perPage = controller.pageSize() / PRP_ENTRY_SIZE;
        final long listed = pages - 1;
        out.say("memory in scattered pages takes %,d PRP entries (%s of lists, in %d pages), or as many SGL descriptors (%s)", pages,
                Sizes.exact(listed * PRP_ENTRY_SIZE + (listed - 2) / (perPage - 1) * PRP_ENTRY_SIZE), (listed - 2) / (perPage - 1) + 1,
                Sizes.exact(pages * SGL_DESCRIPTOR_SIZE));
        final NvmeStatus byPrp = pair.execute(command.by(NvmeAddressing.PRP));
        out.say("this controller's answer to a command with that many PRP entries: %s", byPrp);
    }

    static String sha256(final byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (final NoSuchAlgorithmException e) {
            throw new IllegalStateException("each JDK has SHA-256", e);
        }
    }
}
