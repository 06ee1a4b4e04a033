// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.devices.nvme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.mapcontig.ContiguousBuffer;
import io.github.mapcontig.ImaginedMemory;
import io.github.mapcontig.devices.pci.DeviceException;
import io.github.mapcontig.devices.pci.DmaMapping;
import io.github.mapcontig.devices.pci.FakeSysfs;
import io.github.mapcontig.devices.pci.PciDevice;
import io.github.mapcontig.devices.pci.PciFunction;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole driver against a controller that is a thread. Nothing may hang, and no memory may be lost or freed too early. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class NvmeControllerTest {
    private static final String ADDRESS = "0000:00:05.0";
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofSeconds(1);
    private static final int BLOCK = FakeNvme.BLOCK_SIZE;
    private static final int READ = 2;

    @TempDir
    private Path root;
    private FakeSysfs sysfs;
    private PciDevice device;
    private ImaginedMemory memory;
    private FakeBus bus;
    private FakeNvme nvme;

    @BeforeEach
    void start() throws IOException {
        sysfs = new FakeSysfs(root.resolve("sys"));
        device = sysfs.add(ADDRESS, NvmeController.QEMU_VENDOR, NvmeController.QEMU_DEVICE, FakeSysfs.emptyBar());
        memory = new ImaginedMemory(root.resolve("machine"));
        bus = new FakeBus(PciFunction.open(device));
        nvme = new FakeNvme(sysfs.folder(ADDRESS).resolve("resource0"), bus);
    }

    @AfterEach
    void end() {
        nvme.close();
        // As the end of a process does: what was kept for good is nobody's leak here
        memory.closeAll();
        bus.unmapAll();
        assertThat(nvme.faults).isEmpty();
    }

    private NvmeController open(final Duration timeout) {
        return NvmeController.open(bus, timeout, (size, alignment) -> memory.allocate(size));
    }

    private void assertNothingIsLeft() throws IOException {
        assertThat(bus.mappings()).as("mappings").isZero();
        assertThat(memory.held()).as("memory").isZero();
        assertThat(bus.isClosed()).as("the function is given back").isTrue();
        assertThat(sysfs.command(ADDRESS) & 0x4).as("bus mastering").isZero();
    }

    private static void fill(final ContiguousBuffer buffer, final long seed) {
        final byte[] bytes = new byte[Math.toIntExact(buffer.size())];
        new Random(seed).nextBytes(bytes);
        buffer.put(0, bytes, 0, bytes.length);
    }

    private static byte[] bytes(final ContiguousBuffer buffer, final long offset, final int length) {
        final byte[] bytes = new byte[length];
        buffer.get(offset, bytes, 0, length);
        return bytes;
    }

    @Test
    void shouldStartIdentifyAndEnd() throws IOException {
        try (NvmeController controller = open(LONG)) {
            assertThat(controller.version()).isEqualTo("1.4.0");
            assertThat(controller.capabilities().maxQueueEntries()).isEqualTo(FakeNvme.MAX_ENTRIES);
            assertThat(controller.capabilities().doorbellStride()).isEqualTo(FakeNvme.STRIDE);
            assertThat(controller.identity().model()).isEqualTo("Fake Controller");
            assertThat(controller.identity().serial()).isEqualTo("FAKE0001");
            assertThat(controller.identity().maxTransferSize()).isEqualTo(FakeNvme.MDTS_BYTES);
            assertThat(controller.maxQueuePairs()).isEqualTo(2);
            assertThat(controller.namespaces()).containsExactly(
                    new NvmeNamespace(3, BLOCK, FakeNvme.BLOCKS, 0, FakeNvme.MDTS_BYTES / BLOCK));
        }
        assertThat(nvme.shutDown).isTrue();
        assertNothingIsLeft();
    }

    @ParameterizedTest
    @EnumSource
    void shouldMoveBlocksFromAndToAnywhere(final NvmeAddressing how) throws IOException {
        try (NvmeController controller = open(LONG); NvmeQueuePair pair = controller.createQueuePair(8);
             ContiguousBuffer buffer = memory.allocate(5 << 20); DmaMapping mapping = controller.map(buffer)) {
            final NvmeNamespace namespace = controller.namespaces().get(0);
            final Random random = new Random(3);
            for (final int blocks : new int[] {1, 7, 8, 9, 15, 16, 17, 100, 8000}) {
                fill(buffer, blocks);
                final long from = random.nextInt(1024) * 4L;
                final byte[] sent = bytes(buffer, from, blocks * BLOCK);
                final int lba = random.nextInt(FakeNvme.BLOCKS - blocks + 1);
                assertThat(pair.execute(NvmeCommand.write(namespace, lba, blocks, mapping, from).by(how)).isSuccess()).isTrue();
                assertThat(Arrays.copyOfRange(nvme.disk(), lba * BLOCK, (lba + blocks) * BLOCK)).isEqualTo(sent);

                fill(buffer, -blocks);
                final long to = random.nextInt(1024) * 4L;
                final byte[] around = bytes(buffer, 0, 5 << 20);
                assertThat(pair.execute(NvmeCommand.read(namespace, lba, blocks, mapping, to).by(how)).isSuccess()).isTrue();
                System.arraycopy(sent, 0, around, (int) to, sent.length);
                assertThat(bytes(buffer, 0, 5 << 20)).as("the bytes, and those around them").isEqualTo(around);
            }
            // Those of 8000 blocks, which are 1000 pages or 1001, take two each
            assertThat(nvme.listPages).isBetween(how == NvmeAddressing.SGL ? 0 : 6, how == NvmeAddressing.SGL ? 0 : 20);
        }
        assertNothingIsLeft();
    }

    /** Pages or quarters of them, each somewhere else for the device: 1001 PRP entries in two pages, 4001 descriptors in four segments. */
    @ParameterizedTest
    @EnumSource
    void shouldMoveBlocksFromAndToScatteredPages(final NvmeAddressing how) throws IOException {
        bus.pieceSize = how == NvmeAddressing.SGL ? 1024 : 4096;
        try (NvmeController controller = open(LONG); NvmeQueuePair pair = controller.createQueuePair(8);
             ContiguousBuffer buffer = memory.allocate(5 << 20); DmaMapping mapping = controller.map(buffer)) {
            final NvmeNamespace namespace = controller.namespaces().get(0);
            fill(buffer, 1);
            final byte[] sent = bytes(buffer, 516, 8000 * BLOCK);
            assertThat(pair.execute(NvmeCommand.write(namespace, 5, 8000, mapping, 516).by(how)).isSuccess()).isTrue();
            assertThat(Arrays.copyOfRange(nvme.disk(), 5 * BLOCK, 8005 * BLOCK)).isEqualTo(sent);
            assertThat(pair.statistics()).isEqualTo(how == NvmeAddressing.SGL ? new NvmeQueueStatistics(1, 4001, (4001 + 3) * 16)
                    : new NvmeQueueStatistics(1, 1001, (1000 + 1) * 8));
            assertThat(nvme.listPages).isEqualTo(how == NvmeAddressing.SGL ? 4 : 2);

            fill(buffer, 2);
            final byte[] around = bytes(buffer, 0, 5 << 20);
            assertThat(pair.execute(NvmeCommand.read(namespace, 5, 8000, mapping, 8196).by(how)).isSuccess()).isTrue();
            System.arraycopy(sent, 0, around, 8196, sent.length);
            assertThat(bytes(buffer, 0, 5 << 20)).as("the bytes, and those around them").isEqualTo(around);
        }
        assertNothingIsLeft();
    }

    @Test
    void shouldRefusePrpWhereMemoryHasAGapInsideAPageAndLoseNothing() throws IOException {
        bus.pieceSize = 1024;
        try (NvmeController controller = open(LONG); NvmeQueuePair pair = controller.createQueuePair(8);
             ContiguousBuffer buffer = memory.allocate(1 << 20); DmaMapping mapping = controller.map(buffer)) {
            final NvmeNamespace namespace = controller.namespaces().get(0);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> pair.execute(NvmeCommand.write(namespace, 0, 100, mapping, 0).by(NvmeAddressing.PRP)))
                    .withMessageContaining("use an SGL");
            assertThat(pair.underWay()).isZero();
            fill(buffer, 3);
            assertThat(pair.execute(NvmeCommand.write(namespace, 0, 100, mapping, 0)).isSuccess()).isTrue();
            assertThat(Arrays.copyOf(nvme.disk(), 100 * BLOCK)).isEqualTo(bytes(buffer, 0, 100 * BLOCK));
        }
        assertNothingIsLeft();
    }

    @Test
    void shouldUseAnSglWhereTheControllerKnowsIt() {
        try (NvmeController controller = open(LONG); NvmeQueuePair pair = controller.createQueuePair(8);
             ContiguousBuffer buffer = memory.allocate(1 << 20)) {
            fill(buffer, 1);
            pair.write(controller.namespaces().get(0), 5, buffer, 4, 2000);
            pair.flush(controller.namespaces().get(0));
            assertThat(Arrays.copyOfRange(nvme.disk(), 5 * BLOCK, 2005 * BLOCK)).isEqualTo(bytes(buffer, 4, 2000 * BLOCK));
            assertThat(nvme.listPages).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 64, FakeNvme.MAX_ENTRIES})
    void shouldGoRoundTheRingsManyTimes(final int entries) throws IOException {
        final int commands = 10 * entries;
        try (NvmeController controller = open(LONG); NvmeQueuePair pair = controller.createQueuePair(entries);
             ContiguousBuffer buffer = memory.allocate(4096L * 1280); DmaMapping mapping = controller.map(buffer)) {
            assertThat(pair.capacity()).isEqualTo(entries - 1);
            new Random(5).nextBytes(nvme.disk());
            final NvmeNamespace namespace = controller.namespaces().get(0);
            final Set<NvmeCommand> underWay = new HashSet<>();
            int submitted = 0;
            int completed = 0;
            while (completed < commands) {
                while (submitted < commands && underWay.size() < pair.capacity()) {
                    final NvmeCommand command = NvmeCommand.read(namespace, submitted, 1, mapping, 4096L * submitted);
                    underWay.add(command);
                    pair.submit(command);
                    submitted++;
                }
                final NvmeCompletion completion = pair.poll().orElse(null);
                if (completion != null) {
                    assertThat(completion.status()).isEqualTo(NvmeStatus.SUCCESS);
                    assertThat(underWay.remove(completion.command())).as("reported once").isTrue();
                    completed++;
                }
            }
            assertThat(pair.underWay()).isZero();
            for (int command = 0; command < commands; command++) {
                assertThat(bytes(buffer, 4096L * command, BLOCK))
                        .isEqualTo(Arrays.copyOfRange(nvme.disk(), command * BLOCK, (command + 1) * BLOCK));
            }
        }
        assertNothingIsLeft();
    }

    @Test
    void shouldRefuseMoreThanFits() {
        nvme.swallowed.add(READ);
        try (NvmeController controller = open(LONG); NvmeQueuePair pair = controller.createQueuePair(4);
             ContiguousBuffer buffer = memory.allocate(4096); DmaMapping mapping = controller.map(buffer)) {
            final NvmeCommand command = NvmeCommand.read(controller.namespaces().get(0), 0, 1, mapping, 0);
            for (int i = 0; i < 3; i++) {
                pair.submit(command);
            }
            assertThatIllegalStateException().isThrownBy(() -> pair.submit(command))
                    .withMessageContaining("3 commands are under way");
            assertThat(pair.underWay()).isEqualTo(3);
        }
        assertThat(bus.mappings()).as("deleted queues end their commands").isZero();
    }

    @Test
    void shouldTellABadStatusByNameAndGoOn() {
        try (NvmeController controller = open(LONG); NvmeQueuePair pair = controller.createQueuePair(4);
             ContiguousBuffer buffer = memory.allocate(4096); DmaMapping mapping = controller.map(buffer)) {
            final NvmeNamespace namespace = controller.namespaces().get(0);
            final NvmeNamespace larger = new NvmeNamespace(3, BLOCK, FakeNvme.BLOCKS + 1, 0, 1);
            assertThatExceptionOfType(DeviceException.class).isThrownBy(() -> pair.read(larger, FakeNvme.BLOCKS, buffer, 0, 1))
                    .withMessageContaining("did not carry out a Read of 1 blocks at 8192 in namespace 3")
                    .withMessageContaining("LBA Out of Range (SCT 0x0, SC 0x80)");

            nvme.statuses.put(READ, 0x281);
            pair.submit(NvmeCommand.read(namespace, 0, 1, mapping, 0));
            assertThat(await(pair).status()).hasToString("Unrecovered Read Error (SCT 0x2, SC 0x81)");
            nvme.statuses.clear();
            pair.read(namespace, 0, buffer, 0, 1);
        }
        assertThat(bus.mappings()).isZero();
    }

    private static NvmeCompletion await(final NvmeQueuePair pair) {
        while (true) {
            final NvmeCompletion completion = pair.poll().orElse(null);
            if (completion != null) {
                return completion;
            }
        }
    }

    @Test
    void shouldKeepTheMemoryOfALostCommandUntilAReset() throws IOException {
        nvme.swallowed.add(READ);
        try (NvmeController controller = open(SHORT)) {
            final NvmeNamespace namespace = controller.namespaces().get(0);
            final NvmeQueuePair pair = controller.createQueuePair(4);
            final int before = bus.mappings();
            final ContiguousBuffer buffer = memory.allocate(4096);
            assertThatExceptionOfType(DeviceException.class).isThrownBy(() -> pair.read(namespace, 0, buffer, 0, 1))
                    .withMessageContaining("did not finish a command (Read) in 1000 ms").withMessageContaining("reset()");
            final long held = memory.held();
            buffer.close();
            assertThat(bus.mappings()).as("the lost command's").isEqualTo(before + 1);
            assertThat(memory.held()).isEqualTo(held);
            assertThatExceptionOfType(DeviceException.class).isThrownBy(() -> pair.flush(namespace));
            assertThatExceptionOfType(DeviceException.class).isThrownBy(pair::poll);
            assertThatExceptionOfType(DeviceException.class).isThrownBy(pair::close);
            assertThatExceptionOfType(DeviceException.class).isThrownBy(() -> controller.createQueuePair(4));

            nvme.swallowed.clear();
            controller.reset();
            assertThat(bus.mappings()).as("those of the new admin queue").isEqualTo(3);
            assertThat(memory.held()).isEqualTo(3);
            assertThatIllegalStateException().isThrownBy(pair::poll).withMessageContaining("the queue is closed");
            pair.close();
            try (NvmeQueuePair next = controller.createQueuePair(4); ContiguousBuffer other = memory.allocate(4096)) {
                next.read(controller.namespaces().get(0), 0, other, 0, 1);
            }
        }
        assertThat(nvme.started).isEqualTo(2);
        assertNothingIsLeft();
    }

    /** QEMU's controller can not be stopped in the middle of commands. */
    @Test
    void shouldEndCommandsBeforeAReset() throws IOException {
        nvme.swallowed.add(READ);
        try (NvmeController controller = open(LONG); ContiguousBuffer buffer = memory.allocate(4096);
             DmaMapping mapping = controller.map(buffer)) {
            final NvmeQueuePair pair = controller.createQueuePair(4);
            pair.submit(NvmeCommand.read(controller.namespaces().get(0), 0, 1, mapping, 0));
            controller.reset();
            assertThat(nvme.queuesAtTheEnd).as("the admin queue alone").isEqualTo(1);
            assertThatIllegalStateException().isThrownBy(pair::poll);
        }
        assertNothingIsLeft();
    }

    @Test
    void shouldFindALostCommandByPollingToo() throws IOException {
        nvme.swallowed.add(READ);
        final NvmeController controller = open(SHORT);
        final NvmeQueuePair pair = controller.createQueuePair(4);
        final ContiguousBuffer buffer = memory.allocate(4096);
        final DmaMapping mapping = controller.map(buffer);
        pair.submit(NvmeCommand.read(controller.namespaces().get(0), 0, 1, mapping, 0));
        mapping.close();
        buffer.close();
        assertThatExceptionOfType(DeviceException.class).isThrownBy(() -> await(pair)).withMessageContaining("did not finish");
        assertThat(bus.mappings()).as("three of the admin queue, two rings, and the command's").isEqualTo(6);
        controller.close();
        assertNothingIsLeft();
    }

    @Test
    void shouldKeepAllMemoryOfAControllerThatIsGone() {
        final NvmeController controller = open(LONG);
        final NvmeQueuePair pair = controller.createQueuePair(4);
        final NvmeNamespace namespace = controller.namespaces().get(0);
        final ContiguousBuffer buffer = memory.allocate(4096);
        nvme.pullOut();
        assertThatExceptionOfType(DeviceException.class).isThrownBy(() -> pair.read(namespace, 0, buffer, 0, 1))
                .withMessageContaining("it is gone, its registers read all ones");
        buffer.close();
        assertThatExceptionOfType(DeviceException.class).isThrownBy(controller::reset)
                .withMessageContaining("it did not stop").withStackTraceContaining("is gone: its registers");
        assertThatExceptionOfType(DeviceException.class).isThrownBy(controller::close);
        controller.close();
        assertThat(bus.mappings()).isEqualTo(6);
        assertThat(memory.held()).isEqualTo(6);
        assertThat(bus.isClosed()).isTrue();
    }

    @Test
    void shouldNoticeAFatalError() {
        nvme.promiseToBeQuick();
        final NvmeController controller = open(LONG);
        final NvmeQueuePair pair = controller.createQueuePair(4);
        nvme.failFatally();
        assertThatExceptionOfType(DeviceException.class).isThrownBy(() -> pair.flush(controller.namespaces().get(0)))
                .withMessageContaining("CSTS.CFS");
        // It does not stop either
        assertThatExceptionOfType(DeviceException.class).isThrownBy(controller::close)
                .withStackTraceContaining("did not stop in 500 ms: its status (CSTS) is 0x3");
        assertThat(bus.mappings()).isEqualTo(5);
    }

    @Test
    void shouldNoticeThatSomebodyElseHasResetIt() throws IOException {
        final NvmeController controller = open(LONG);
        final NvmeQueuePair pair = controller.createQueuePair(4);
        final ContiguousBuffer buffer = memory.allocate(4096);
        final DmaMapping mapping = controller.map(buffer);
        nvme.forgetEverything();
        pair.submit(NvmeCommand.read(controller.namespaces().get(0), 0, 1, mapping, 0));
        assertThatExceptionOfType(DeviceException.class).isThrownBy(() -> pair.flush(controller.namespaces().get(0)))
                .withMessageContaining("it is not ready any more (CSTS.RDY)");
        mapping.close();
        buffer.close();
        assertThat(memory.held()).as("kept until it is known to be quiet").isEqualTo(6);
        controller.close();
        assertNothingIsLeft();
    }

    @Test
    void shouldGiveUpOneThatNeverGetsReadyAndFreeEverything() throws IOException {
        nvme.promiseToBeQuick();
        nvme.neverReady = true;
        assertThatExceptionOfType(DeviceException.class).isThrownBy(() -> open(LONG))
                .withMessageContaining("did not become ready in 500 ms");
        assertNothingIsLeft();
    }

    @Test
    void shouldKeepMemoryOfOneThatNeverStops() {
        nvme.promiseToBeQuick();
        final NvmeController controller = open(LONG);
        nvme.neverStops = true;
        assertThatExceptionOfType(DeviceException.class).isThrownBy(controller::close)
                .withMessageContaining("it did not stop").withStackTraceContaining("did not stop in 500 ms");
        assertThat(bus.mappings()).isEqualTo(3);
        assertThat(bus.isClosed()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {0x106, 0x109})
    void shouldFreeEverythingIfItCanNotStart(final int opcode) throws IOException {
        nvme.statuses.put(opcode, 0x002);
        assertThatExceptionOfType(DeviceException.class).isThrownBy(() -> open(LONG))
                .withMessageContaining("Invalid Field in Command");
        assertNothingIsLeft();
    }

    @ParameterizedTest
    @ValueSource(ints = {0x101, 0x105})
    void shouldFreeTheRingsOfAQueueThatIsRefused(final int opcode) throws IOException {
        nvme.statuses.put(opcode, 0x102);
        try (NvmeController controller = open(LONG)) {
            assertThatExceptionOfType(DeviceException.class).isThrownBy(() -> controller.createQueuePair(4))
                    .withMessageContaining("Invalid Queue Size (SCT 0x1, SC 0x02)");
            assertThat(bus.mappings()).isEqualTo(3);
            nvme.statuses.clear();
            controller.createQueuePair(4).close();
        }
        assertNothingIsLeft();
    }

    @Test
    void shouldKeepTheRingsOfAQueueThatIsNotForgotten() throws IOException {
        nvme.statuses.put(0x104, 0x10c);
        final NvmeController controller = open(LONG);
        final NvmeQueuePair pair = controller.createQueuePair(4);
        assertThatExceptionOfType(DeviceException.class).isThrownBy(pair::close).withMessageContaining("Invalid Queue Deletion");
        assertThat(bus.mappings()).isEqualTo(5);
        controller.close();
        assertNothingIsLeft();
    }

    @Test
    void shouldStopWhateverGoesWrongBefore() throws IOException {
        final NvmeController controller = open(LONG);
        controller.createQueuePair(4);
        nvme.statuses.put(0x100, 0x10c);
        assertThatExceptionOfType(DeviceException.class).isThrownBy(controller::close).withMessageContaining("Invalid Queue Deletion");
        assertNothingIsLeft();
    }

    @Test
    void shouldStayUsableWhenThereIsNoMemoryForAList() throws IOException {
        final boolean[] refuse = {false};
        final MemorySource source = (size, alignment) -> {
            if (refuse[0]) {
                throw new IllegalStateException("no more");
            }
            return memory.allocate(size);
        };
        try (NvmeController controller = NvmeController.open(bus, LONG, source); NvmeQueuePair pair = controller.createQueuePair(4);
             ContiguousBuffer buffer = memory.allocate(1 << 20); DmaMapping mapping = controller.map(buffer)) {
            final NvmeCommand command = NvmeCommand.read(controller.namespaces().get(0), 0, 100, mapping, 0).by(NvmeAddressing.PRP);
            refuse[0] = true;
            assertThatIllegalStateException().isThrownBy(() -> pair.submit(command)).withMessage("no more");
            assertThat(pair.underWay()).isZero();
            refuse[0] = false;
            for (int i = 0; i < 20; i++) {
                assertThat(pair.execute(command).isSuccess()).isTrue();
            }
            assertThat(bus.mappings()).as("three, two rings, the buffer, and pages for lists once").isEqualTo(7);
        }
        assertNothingIsLeft();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void shouldLoseNothingWhenMemoryIsRefused(final int which) throws IOException {
        final int[] calls = {0};
        final MemorySource source = (size, alignment) -> {
            if (++calls[0] == which) {
                throw new IllegalStateException("no more");
            }
            return memory.allocate(size);
        };
        assertThatIllegalStateException().isThrownBy(() -> {
            try (NvmeController controller = NvmeController.open(bus, LONG, source)) {
                controller.createQueuePair(4);
            }
        }).withMessage("no more");
        assertNothingIsLeft();
    }

    @Test
    void shouldRefuseWhatItHasNot() {
        try (NvmeController controller = open(LONG)) {
            assertThatIllegalArgumentException().isThrownBy(() -> controller.createQueuePair(1));
            assertThatIllegalArgumentException().isThrownBy(() -> controller.createQueuePair(FakeNvme.MAX_ENTRIES + 1))
                    .withMessageContaining("a queue has 2 to 128 entries: 129");
            controller.createQueuePair(2);
            final NvmeQueuePair second = controller.createQueuePair(2);
            assertThatIllegalStateException().isThrownBy(() -> controller.createQueuePair(2)).withMessageContaining("2 pairs");
            second.close();
            second.close();
            controller.createQueuePair(2);
        }
    }

    @Test
    void shouldRefuseWhatIsNoNvmeController() throws IOException {
        final PciDevice other = sysfs.add("0000:00:06.0", 1, 2, FakeSysfs.emptyBar());
        assertThatExceptionOfType(DeviceException.class).isThrownBy(() -> NvmeController.open(PciFunction.open(other)))
                .withMessageContaining("is no NVMe controller: its version register reads 0x0");
        assertThat(sysfs.command("0000:00:06.0") & 0x4).isZero();
    }

    @Test
    void shouldSayThatAllIsClosed() {
        final NvmeController controller = open(LONG);
        final NvmeQueuePair pair = controller.createQueuePair(4);
        final NvmeNamespace namespace = controller.namespaces().get(0);
        final ContiguousBuffer buffer = memory.allocate(4096);
        final DmaMapping mapping = controller.map(buffer);
        final NvmeCommand command = NvmeCommand.read(namespace, 0, 1, mapping, 0);
        mapping.close();
        assertThatIllegalStateException().isThrownBy(() -> pair.submit(command)).withMessageContaining("the mapping is closed");
        controller.close();
        assertThatIllegalStateException().isThrownBy(() -> pair.flush(namespace)).withMessageContaining("the queue is closed");
        assertThatIllegalStateException().isThrownBy(controller::reset).withMessageContaining("the controller is closed");
        assertThatIllegalStateException().isThrownBy(() -> controller.createQueuePair(2));
        pair.close();
        buffer.close();
    }
}
