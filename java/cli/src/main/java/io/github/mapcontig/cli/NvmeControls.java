// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli;

import io.github.mapcontig.AllocationRequest;
import io.github.mapcontig.ContiguousBuffer;
import io.github.mapcontig.ContiguousMemory;
import io.github.mapcontig.Source;
import io.github.mapcontig.devices.nvme.NvmeAddressing;
import io.github.mapcontig.devices.nvme.NvmeCommand;
import io.github.mapcontig.devices.nvme.NvmeController;
import io.github.mapcontig.devices.nvme.NvmeNamespace;
import io.github.mapcontig.devices.nvme.NvmeQueuePair;
import io.github.mapcontig.devices.pci.DmaMapping;
import io.github.mapcontig.internal.platform.Sizes;
import java.util.Random;

/** What an NVMe controller makes of memory that is not contiguous for it, and of addresses that are not its own. */
final class NvmeControls {
    private static final int CONTROL = 64 << 10;

    private final Narration out;
    private final NvmeController controller;
    private final NvmeQueuePair pair;
    private final NvmeNamespace namespace;

    NvmeControls(final Narration out, final NvmeController controller, final NvmeQueuePair pair, final NvmeNamespace namespace) {
        this.out = out;
        this.controller = controller;
        this.pair = pair;
        this.namespace = namespace;
    }

    /** Its device only reads from scattered memory: where it would write, others' memory is. */
    void showScatteredMemory(final ContiguousBuffer buffer, final DmaMapping mapping) {
        try (ScatteredMemory scattered = new ScatteredMemory(NvmeDemo.TRANSFER, 0)) {
            final ScatteredMapping pretended = ScatteredMapping.of(scattered, CONTROL);
            final boolean done = sendAndFetch(pretended, mapping);
            final long pages = CONTROL / scattered.pageSize();
            final long right = scattered.pagesEqual(pretended.offset(), buffer, 0, CONTROL);
            out.conclude(done && right == 1, "control: ordinary memory sent the same way arrives wrong: %d of %d pages on the disk are"
                    + " right, the first", right, pages);
        }
    }

    /** Behind an IOMMU any memory is contiguous for the controller. */
    void showWhatAnIommuMakesOfScatteredMemory(final String sent) {
        try (ContiguousBuffer ordinary = ContiguousMemory.request().size(NvmeDemo.TRANSFER).maxExtents(AllocationRequest.ANY_EXTENTS)
                .sources(Source.LOCKED).allocate();
             DmaMapping mapping = controller.map(ordinary)) {
            final int blocks = NvmeDemo.TRANSFER / namespace.blockSize();
            final boolean read = pair.execute(NvmeCommand.read(namespace, 0, blocks, mapping, 0).by(NvmeAddressing.SGL)).isSuccess();
            final byte[] found = new byte[NvmeDemo.TRANSFER];
            ordinary.get(0, found, 0, found.length);
            out.conclude(read && NvmeDemo.sha256(found).equals(sent), "by one descriptor as well, ordinary memory of %,d extents got the same"
                    + " %s: the IOMMU makes it contiguous", ordinary.extents().size(), Sizes.exact(NvmeDemo.TRANSFER));
        }
    }

    /** The negative control: the same bytes, by addresses that are not mapped. The controller only reads there. */
    void showWhatIsNotReached(final ContiguousBuffer buffer, final DmaMapping mapping) {
        final byte[] secret = new byte[CONTROL];
        new Random(CONTROL).nextBytes(secret);
        buffer.put(CONTROL, secret, 0, CONTROL);
        final long physical = buffer.physicalAddress() + CONTROL;
        sendAndFetch(new UnmappedMemory(physical, CONTROL), mapping);
        final byte[] found = new byte[CONTROL];
        buffer.get(0, found, 0, CONTROL);
        int right = 0;
        for (int i = 0; i < CONTROL; i++) {
            right += found[i] == secret[i] ? 1 : 0;
        }
        out.conclude(right < CONTROL / Byte.SIZE && mapping.address(CONTROL) != physical, "control: at physical address 0x%x, which is not"
                + " mapped, the controller finds %,d of %,d bytes", physical, right, CONTROL);
    }

    /** Writes what the controller finds in one place, and reads it back to another. */
    private boolean sendAndFetch(final DmaMapping from, final DmaMapping to) {
        final long lba = NvmeDemo.TRANSFER / namespace.blockSize();
        final int blocks = CONTROL / namespace.blockSize();
        return pair.execute(NvmeCommand.write(namespace, lba, blocks, from, 0).by(NvmeAddressing.SGL)).isSuccess()
                && pair.execute(NvmeCommand.read(namespace, lba, blocks, to, 0)).isSuccess();
    }
}
