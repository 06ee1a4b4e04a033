// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.guest;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mapcontig.AddressKind;
import io.github.mapcontig.AllocationRequest;
import io.github.mapcontig.ContiguousBuffer;
import io.github.mapcontig.ContiguousMemory;
import io.github.mapcontig.Source;
import io.github.mapcontig.cli.NvmeDisk;
import io.github.mapcontig.cli.ScatteredMapping;
import io.github.mapcontig.cli.ScatteredMemory;
import io.github.mapcontig.devices.nvme.NvmeAddressing;
import io.github.mapcontig.devices.nvme.NvmeCommand;
import io.github.mapcontig.devices.nvme.NvmeController;
import io.github.mapcontig.devices.nvme.NvmeNamespace;
import io.github.mapcontig.devices.nvme.NvmeQueuePair;
import io.github.mapcontig.devices.nvme.NvmeStatus;
import io.github.mapcontig.devices.pci.BorrowedDevice;
import io.github.mapcontig.devices.pci.DmaMapping;
import io.github.mapcontig.devices.pci.PciDevice;
import io.github.mapcontig.devices.pci.PciFunction;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** QEMU's NVMe controller behind an IOMMU: queues and data at addresses that were mapped for it, and nothing else. */
@Tag("iommu")
@Timeout(300)
class NvmeVfioIT {
    private static final int MIB = 1 << 20;
    private static final int LENGTH = 32 * MIB;
    private static final Path IMAGE = Path.of("/run/contig/disks/nvme0n1.img");

    private final PciDevice device = PciDevice.find(NvmeController.QEMU_VENDOR, NvmeController.QEMU_DEVICE).get(0);
    private BorrowedDevice binding;
    private NvmeController controller;

    @BeforeEach
    void open() {
        binding = BorrowedDevice.takeForVfio(device);
        controller = NvmeController.open(PciFunction.open(device));
    }

    @AfterEach
    void shouldBeTheKernelsAgain() {
        controller.close();
        binding.close();
        assertThat(device.driver()).contains("nvme");
    }

    private enum Memory {
        CONTIGUOUS {
            @Override
            AllocationRequest.Builder request() {
                return ContiguousMemory.request().sources(Source.MAP_CONTIG);
            }
        },
        SCATTERED {
            @Override
            AllocationRequest.Builder request() {
                return ContiguousMemory.request().sources(Source.LOCKED).maxExtents(AllocationRequest.ANY_EXTENTS);
            }
        };

        abstract AllocationRequest.Builder request();
    }

    private NvmeNamespace disk() {
        return controller.namespaces().get(0);
    }

    /** One descriptor of 16 bytes, wherever the memory lies: that is what an IOMMU is for. */
    @ParameterizedTest
    @EnumSource
    void shouldMove32MebibytesWithOneDescriptor(final Memory memory) {
        final int blocks = LENGTH / disk().blockSize();
        final byte[] sent = new byte[LENGTH];
        new Random(memory.ordinal()).nextBytes(sent);
        try (NvmeQueuePair pair = controller.createQueuePair(2); ContiguousBuffer buffer = memory.request().size(LENGTH).allocate();
             DmaMapping mapping = controller.map(buffer)) {
            assertThat(mapping.addressKind()).isEqualTo(AddressKind.IO_VIRTUAL);
            buffer.put(0, sent, 0, LENGTH);
            assertThat(pair.execute(NvmeCommand.write(disk(), 0, blocks, mapping, 0).by(NvmeAddressing.SGL)))
                    .isEqualTo(NvmeStatus.SUCCESS);
            assertThat(Arrays.equals(NvmeDisk.read(IMAGE, 0, LENGTH), sent)).as("the image on the host").isTrue();

            buffer.put(0, new byte[LENGTH], 0, LENGTH);
            assertThat(pair.execute(NvmeCommand.read(disk(), 0, blocks, mapping, 0).by(NvmeAddressing.SGL)))
                    .isEqualTo(NvmeStatus.SUCCESS);
            final byte[] received = new byte[LENGTH];
            buffer.get(0, received, 0, LENGTH);
            assertThat(Arrays.equals(received, sent)).as("what came back").isTrue();
        }
    }

    /**
     * The negative control: a physical address is none of the device's, even of this process's own memory. QEMU's controller does not
     * report the fault, and writes what it gets instead.
     */
    @Test
    void shouldNotReachMemoryByItsPhysicalAddress() {
        final int length = 4096;
        final int blocks = length / disk().blockSize();
        try (NvmeQueuePair pair = controller.createQueuePair(2); ScatteredMemory memory = new ScatteredMemory(16L * MIB, 0);
             ContiguousBuffer buffer = ContiguousMemory.allocate(length)) {
            final ScatteredMapping unmapped = ScatteredMapping.of(memory, length);

            pair.execute(NvmeCommand.write(disk(), 0, blocks, unmapped, 0).by(NvmeAddressing.SGL));

            buffer.put(0, NvmeDisk.read(IMAGE, 0, length), 0, length);
            assertThat(memory.pagesEqual(unmapped.offset(), buffer, 0, length)).as("pages that arrived").isZero();
            pair.write(disk(), 0, buffer, 0, blocks);
            assertThat(pair.execute(NvmeCommand.flush(disk()))).as("and it goes on").isEqualTo(NvmeStatus.SUCCESS);
        }
    }
}
