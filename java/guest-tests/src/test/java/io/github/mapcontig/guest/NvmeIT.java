// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.mapcontig.AllocationRequest;
import io.github.mapcontig.ContiguousBuffer;
import io.github.mapcontig.ContiguousMemory;
import io.github.mapcontig.Source;
import io.github.mapcontig.cli.NvmeDisk;
import io.github.mapcontig.cli.ScatteredMapping;
import io.github.mapcontig.cli.ScatteredMemory;
import io.github.mapcontig.devices.nvme.NvmeAddressing;
import io.github.mapcontig.devices.nvme.NvmeCommand;
import io.github.mapcontig.devices.nvme.NvmeCompletion;
import io.github.mapcontig.devices.nvme.NvmeController;
import io.github.mapcontig.devices.nvme.NvmeNamespace;
import io.github.mapcontig.devices.nvme.NvmeQueuePair;
import io.github.mapcontig.devices.nvme.NvmeStatus;
import io.github.mapcontig.devices.pci.BorrowedDevice;
import io.github.mapcontig.devices.pci.DeviceException;
import io.github.mapcontig.devices.pci.DmaMapping;
import io.github.mapcontig.devices.pci.PciDevice;
import io.github.mapcontig.devices.pci.PciFunction;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * QEMU's NVMe controller, driven from here. What is on the disks is read from their images as the host has them, which neither our
 * driver nor the guest's kernel has a hand in.
 */
@Tag("patched")
@Timeout(300)
class NvmeIT {
    private static final int MIB = 1 << 20;
    private static final int PAGE = 4096;
    private static final Path IMAGES = Path.of("/run/contig/disks");

    private static PciDevice device;
    private static NvmeDisk disk;
    private static BorrowedDevice borrowed;
    private static String model;
    private static String serial;
    private static String firmware;
    private static long size;
    private static int[] blockSizes;

    private NvmeController controller;

    @BeforeAll
    static void takeTheDevice() {
        device = PciDevice.find(NvmeController.QEMU_VENDOR, NvmeController.QEMU_DEVICE).get(0);
        disk = new NvmeDisk(device);
        model = disk.attribute("model");
        serial = disk.attribute("serial");
        firmware = disk.attribute("firmware_rev");
        size = disk.size(1);
        blockSizes = new int[] {disk.blockSize(1), disk.blockSize(2)};
        borrowed = BorrowedDevice.take(device);
    }

    @AfterAll
    static void giveItBack() {
        borrowed.close();
    }

    @BeforeEach
    void open() {
        controller = NvmeController.open(PciFunction.open(device));
    }

    @AfterEach
    void close() {
        controller.close();
    }

    private NvmeNamespace namespace(final int id) {
        return controller.namespaces().stream().filter(found -> found.id() == id).findFirst().orElseThrow();
    }

    private static byte[] image(final int namespace, final long offset, final int length) {
        return NvmeDisk.read(IMAGES.resolve("nvme0n" + namespace + ".img"), offset, length);
    }

    private static byte[] fill(final ContiguousBuffer buffer, final long seed) {
        final byte[] bytes = new byte[Math.toIntExact(buffer.size())];
        new Random(seed).nextBytes(bytes);
        buffer.put(0, bytes, 0, bytes.length);
        return bytes;
    }

    private static byte[] bytes(final ContiguousBuffer buffer, final long offset, final int length) {
        final byte[] bytes = new byte[length];
        buffer.get(offset, bytes, 0, length);
        return bytes;
    }

    private static ContiguousBuffer allocate(final long bytes) {
        return ContiguousMemory.request().size(bytes).sources(Source.MAP_CONTIG).allocate();
    }

    @Test
    void shouldBeWhatTheKernelSays() {
        assertThat(controller.identity().model()).isEqualTo(model);
        assertThat(controller.identity().serial()).isEqualTo(serial).startsWith("contig");
        assertThat(controller.identity().firmware()).isEqualTo(firmware);
        assertThat(controller.capabilities().contiguousQueuesRequired()).isTrue();
        assertThat(controller.identity().sgl()).isTrue();
        assertThat(controller.identity().maxTransferSize()).as("mdts=0: no limit").isEqualTo(Long.MAX_VALUE);
        assertThat(controller.namespaces()).extracting(NvmeNamespace::id).containsExactly(1, 2);
        assertThat(namespace(1).size()).isEqualTo(size);
        assertThat(controller.namespaces()).extracting(NvmeNamespace::blockSize).containsExactly(blockSizes[0], blockSizes[1]);
    }

    /** Each command writes a page of its own, from a place and to a block of its own; a ring of 2048 entries is 128 KiB. */
    @Test
    void shouldGoRoundRingsOf2048Entries() {
        final int entries = controller.capabilities().maxQueueEntries();
        assertThat(entries).isEqualTo(2048);
        final int commands = 3 * entries + 100;
        try (NvmeQueuePair pair = controller.createQueuePair(entries); ContiguousBuffer buffer = allocate((long) commands * PAGE);
             DmaMapping mapping = controller.map(buffer)) {
            final byte[] sent = fill(buffer, commands);
            int submitted = 0;
            int completed = 0;
            int most = 0;
            while (completed < commands) {
                while (submitted < commands && pair.underWay() < pair.capacity()) {
                    pair.submit(NvmeCommand.write(namespace(2), submitted, 1, mapping, (long) submitted * PAGE));
                    submitted++;
                    most = Math.max(most, pair.underWay());
                }
                final Optional<NvmeCompletion> completion = pair.poll();
                if (completion.isPresent()) {
                    assertThat(completion.get().status()).isEqualTo(NvmeStatus.SUCCESS);
                    completed++;
                }
            }
            assertThat(most).isEqualTo(entries - 1);
            assertThat(image(2, 0, sent.length)).isEqualTo(sent);
        }
    }

    /** Up to 1024 pages: QEMU maps no more pieces for one command. Lists of more than 512 entries have two pages. */
    @ParameterizedTest
    @CsvSource({"1, 0", "1, 3588", "8, 4", "16, 4", "17, 0", "100, 2044", "4096, 0", "4096, 8", "4104, 0", "8176, 3072", "8192, 0"})
    void shouldWriteAndReadByPrp(final int blocks, final int offset) {
        final NvmeNamespace namespace = namespace(1);
        final int length = blocks * namespace.blockSize();
        final long lba = 12_345;
        try (NvmeQueuePair pair = controller.createQueuePair(16); ContiguousBuffer buffer = allocate(length + 2L * PAGE);
             DmaMapping mapping = controller.map(buffer)) {
            fill(buffer, blocks + offset);
            final byte[] sent = bytes(buffer, offset, length);
            assertThat(pair.execute(NvmeCommand.write(namespace, lba, blocks, mapping, offset).by(NvmeAddressing.PRP)))
                    .isEqualTo(NvmeStatus.SUCCESS);
            assertThat(image(1, lba * namespace.blockSize(), length)).isEqualTo(sent);

            final byte[] around = fill(buffer, -1 - blocks);
            // Elsewhere in a page, where that takes no page more than QEMU maps
            final int to = length + 1000 > 1024 * PAGE ? offset : (offset + 1000) / 4 * 4;
            assertThat(pair.execute(NvmeCommand.read(namespace, lba, blocks, mapping, to).by(NvmeAddressing.PRP)))
                    .isEqualTo(NvmeStatus.SUCCESS);
            System.arraycopy(sent, 0, around, to, length);
            assertThat(bytes(buffer, 0, around.length)).as("the bytes, and those around them").isEqualTo(around);
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 32, 0", "1, 32, 516", "2, 64, 0", "2, 96, 3100"})
    void shouldMoveMuchWithOneSglDescriptor(final int id, final int mebibytes, final int offset) {
        final NvmeNamespace namespace = namespace(id);
        final int length = mebibytes * MIB;
        final int blocks = length / namespace.blockSize();
        try (NvmeQueuePair pair = controller.createQueuePair(2); ContiguousBuffer buffer = allocate((long) length + PAGE);
             DmaMapping mapping = controller.map(buffer)) {
            fill(buffer, mebibytes);
            final byte[] sent = bytes(buffer, offset, length);
            assertThat(pair.execute(NvmeCommand.write(namespace, 0, blocks, mapping, offset).by(NvmeAddressing.SGL)))
                    .isEqualTo(NvmeStatus.SUCCESS);
            assertThat(Arrays.equals(image(id, 0, length), sent)).as("the image on the host").isTrue();

            fill(buffer, -1);
            assertThat(pair.execute(NvmeCommand.read(namespace, 0, blocks, mapping, offset).by(NvmeAddressing.SGL)))
                    .isEqualTo(NvmeStatus.SUCCESS);
            assertThat(Arrays.equals(bytes(buffer, offset, length), sent)).as("what came back").isTrue();
        }
    }

    /** 1000 pages that lie anywhere and a part of another one: a list of two pages by PRP. */
    @ParameterizedTest
    @EnumSource
    void shouldWriteAndReadPagesThatLieAnywhere(final NvmeAddressing how) {
        final NvmeNamespace namespace = namespace(1);
        final int length = 1000 * PAGE;
        final int blocks = length / namespace.blockSize();
        try (ScatteredMemory holes = new ScatteredMemory(64L * MIB, 0); NvmeQueuePair pair = controller.createQueuePair(4)) {
            holes.giveBackEveryOtherPage();
            try (ContiguousBuffer buffer = Guest.withoutHugePages(() -> ContiguousMemory.request().size(length + 2L * PAGE)
                    .sources(Source.LOCKED).maxExtents(AllocationRequest.ANY_EXTENTS).pinned(true).allocate());
                 DmaMapping mapping = controller.map(buffer)) {
                assertThat(buffer.extents()).as("extents").hasSizeGreaterThan(700);
                fill(buffer, 1);
                final byte[] sent = bytes(buffer, 516, length);
                assertThat(pair.execute(NvmeCommand.write(namespace, 777, blocks, mapping, 516).by(how))).isEqualTo(NvmeStatus.SUCCESS);
                assertThat(image(1, 777L * namespace.blockSize(), length)).isEqualTo(sent);

                final byte[] around = fill(buffer, 2);
                assertThat(pair.execute(NvmeCommand.read(namespace, 777, blocks, mapping, 5000).by(how))).isEqualTo(NvmeStatus.SUCCESS);
                System.arraycopy(sent, 0, around, 5000, length);
                assertThat(bytes(buffer, 0, around.length)).as("the bytes, and those around them").isEqualTo(around);
                assertThat(pair.statistics().commands()).isEqualTo(2);
                assertThat(pair.statistics().descriptors()).isGreaterThan(1400);
            }
        }
    }

    /** The negative control: as if they were contiguous, pages of ordinary memory are sent, and others arrive. */
    @ParameterizedTest
    @EnumSource
    void shouldNotFindScatteredMemoryContiguous(final NvmeAddressing how) {
        final int length = 64 << 10;
        final NvmeNamespace namespace = namespace(1);
        final int blocks = length / namespace.blockSize();
        try (NvmeQueuePair pair = controller.createQueuePair(4); ScatteredMemory scattered = new ScatteredMemory(16 * MIB, 0);
             ContiguousBuffer buffer = allocate(length)) {
            final ScatteredMapping pretended = ScatteredMapping.of(scattered, length);
            assertThat(pair.execute(NvmeCommand.write(namespace, 0, blocks, pretended, 0).by(how))).isEqualTo(NvmeStatus.SUCCESS);
            final byte[] found = image(1, 0, length);
            buffer.put(0, found, 0, length);
            assertThat(scattered.pagesEqual(pretended.offset(), buffer, 0, length)).as("pages of 16 that are right").isEqualTo(1);
        }
    }

    @Test
    void shouldTellABadStatusAndGoOn() {
        final NvmeNamespace namespace = namespace(1);
        final NvmeNamespace larger = new NvmeNamespace(1, namespace.blockSize(), 2 * namespace.blocks(), 0, 8);
        final NvmeNamespace missing = new NvmeNamespace(77, namespace.blockSize(), namespace.blocks(), 0, 8);
        try (NvmeQueuePair pair = controller.createQueuePair(4); ContiguousBuffer buffer = allocate(PAGE)) {
            assertThatExceptionOfType(DeviceException.class).isThrownBy(() -> pair.read(larger, namespace.blocks(), buffer, 0, 1))
                    .withMessageContaining("LBA Out of Range (SCT 0x0, SC 0x80)");
            assertThatExceptionOfType(DeviceException.class).isThrownBy(() -> pair.read(missing, 0, buffer, 0, 1))
                    .withMessageContaining("did not carry out a Read of 1 blocks at 0 in namespace 77");
            assertThatIllegalArgumentException().isThrownBy(() -> pair.read(namespace, 0, buffer, 0, NvmeNamespace.MOST_BLOCKS + 1));
            pair.read(namespace, 0, buffer, 0, 8);
            pair.flush(namespace);
        }
    }

    @Test
    void shouldComeBackFromAResetWithCommandsUnderWay() {
        final NvmeQueuePair pair = controller.createQueuePair(64);
        final long reserve = Guest.reserveFree();
        try (ContiguousBuffer buffer = allocate(8 * MIB)) {
            final DmaMapping mapping = controller.map(buffer);
            for (int i = 0; i < pair.capacity(); i++) {
                pair.submit(NvmeCommand.read(namespace(2), 0, 2048, mapping, 0));
            }
            mapping.close();
            controller.reset();
            assertThatIllegalStateException().isThrownBy(pair::poll).withMessageContaining("the queue is closed");
        }
        assertThat(Guest.reserveFree()).as("all was freed").isGreaterThanOrEqualTo(reserve);
        try (NvmeQueuePair next = controller.createQueuePair(64); ContiguousBuffer buffer = allocate(PAGE)) {
            final byte[] sent = fill(buffer, 99);
            next.write(namespace(2), 7, buffer, 0, 1);
            assertThat(image(2, 7 * PAGE, PAGE)).isEqualTo(sent);
        }
    }

    @Test
    void shouldGiveTheDeviceBackToTheKernel() {
        final byte[] sent;
        try (NvmeQueuePair pair = controller.createQueuePair(8); ContiguousBuffer buffer = allocate(MIB)) {
            sent = fill(buffer, 4711);
            pair.write(namespace(1), 4096, buffer, 0, MIB / namespace(1).blockSize());
            pair.flush(namespace(1));
        }
        final int offset = 4096 * namespace(1).blockSize();
        controller.close();
        borrowed.close();
        assertThat(device.driver()).contains("nvme");
        assertThat(disk.read(1, offset, MIB)).isEqualTo(sent);
        assertThat(disk.attribute("serial")).isEqualTo(serial);
        assertThatExceptionOfType(DeviceException.class).isThrownBy(() -> PciFunction.open(device)).withMessageContaining("unbind");
        borrowed = BorrowedDevice.take(device);
    }
}
