// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.mapcontig.ContiguousBuffer;
import io.github.mapcontig.ContiguousMemory;
import io.github.mapcontig.Source;
import io.github.mapcontig.cli.NvmeDisk;
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
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** QEMU's NVMe controller that does not do as it should: too slow, reset, removed. Nothing may hang, and no memory be freed too early. */
@Tag("patched")
@Timeout(300)
class NvmeFailureIT {
    private static final int MIB = 1 << 20;
    private static final int LARGE = 256 * MIB;
    private static final Path IMAGE = Path.of("/run/contig/disks/nvme0n2.img");
    private static final Duration LITTLE = Duration.ofMillis(5);

    private static PciDevice device() {
        final List<PciDevice> all = PciDevice.find(NvmeController.QEMU_VENDOR, NvmeController.QEMU_DEVICE);
        assertThat(all).hasSize(1);
        return all.get(0);
    }

    private static NvmeNamespace disk(final NvmeController controller) {
        return controller.namespaces().get(1);
    }

    private static ContiguousBuffer allocate(final long bytes) {
        return ContiguousMemory.request().size(bytes).sources(Source.MAP_CONTIG).allocate();
    }

    private static void fill(final ContiguousBuffer buffer, final long seed) {
        final Random random = new Random(seed);
        for (long offset = 0; offset < buffer.size(); offset += 512) {
            buffer.putLong(offset, random.nextLong());
        }
    }

    private static NvmeCommand everything(final NvmeController controller, final DmaMapping mapping) {
        return NvmeCommand.write(disk(controller), 0, LARGE / disk(controller).blockSize(), mapping, 0).by(NvmeAddressing.SGL);
    }

    /** It needs some hundred milliseconds for 256 MiB, and gets 5. That it goes on meanwhile is what the memory is kept for. */
    @Test
    void shouldKeepTheMemoryOfACommandThatTakesTooLong() throws InterruptedException {
        final long free = Guest.reserveFree();
        try (BorrowedDevice borrowed = BorrowedDevice.take(device());
             NvmeController controller = NvmeController.open(PciFunction.open(borrowed.device()), LITTLE)) {
            final NvmeQueuePair pair = controller.createQueuePair(4);
            final ContiguousBuffer buffer = allocate(LARGE);
            fill(buffer, 1);
            final long last = buffer.getLong(LARGE - 512);
            final DmaMapping mapping = controller.map(buffer);
            assertThatExceptionOfType(DeviceException.class).isThrownBy(() -> pair.execute(everything(controller, mapping)))
                    .withMessageContaining("it did not finish a command (Write) in 5 ms").withMessageContaining("NvmeController.reset()");
            mapping.close();
            buffer.close();
            assertThatExceptionOfType(DeviceException.class).isThrownBy(pair::poll).withMessageContaining("can not be used any more");
            assertThatExceptionOfType(DeviceException.class).isThrownBy(() -> controller.createQueuePair(4));
            assertThat(Guest.reserveFree()).as("kept").isLessThanOrEqualTo(free - LARGE);

            awaitImage(last);
            assertThat(Guest.reserveFree()).as("still kept").isLessThanOrEqualTo(free - LARGE);
            controller.reset();

            assertThat(Guest.reserveFree()).as("freed").isGreaterThan(free - MIB);
            try (NvmeQueuePair next = controller.createQueuePair(4)) {
                assertThat(next.execute(NvmeCommand.flush(disk(controller)))).isEqualTo(NvmeStatus.SUCCESS);
            }
        }
        assertThat(Guest.reserveFree()).isEqualTo(free);
    }

    /** The controller has read memory that its owner has closed, and found there what belongs there. */
    private static void awaitImage(final long last) throws InterruptedException {
        final byte[] wanted = new byte[Long.BYTES];
        ByteBuffer.wrap(wanted).order(ByteOrder.nativeOrder()).putLong(last);
        final long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!Arrays.equals(NvmeDisk.read(IMAGE, LARGE - 512, Long.BYTES), wanted)) {
            assertThat(System.nanoTime()).as("the command ends at last").isLessThan(deadline);
            Thread.sleep(50);
        }
    }

    /** Another program resets the function (FLR): the controller forgets its queues, and what is in them never ends. */
    @Test
    void shouldNoticeAControllerThatHasForgottenItsQueues() throws IOException {
        final long free = Guest.reserveFree();
        try (BorrowedDevice borrowed = BorrowedDevice.take(device());
             NvmeController controller = NvmeController.open(PciFunction.open(borrowed.device()))) {
            final NvmeQueuePair pair = controller.createQueuePair(4);
            final ContiguousBuffer buffer = allocate(LARGE);
            final DmaMapping mapping = controller.map(buffer);
            Files.writeString(Path.of("/sys/bus/pci/devices", borrowed.device().address(), "reset"), "1");

            final long begin = System.nanoTime();
            assertThatExceptionOfType(DeviceException.class).isThrownBy(() -> pair.execute(everything(controller, mapping)))
                    .withMessageContaining("it is not ready any more (CSTS.RDY)");
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).as("sooner than a time-out").isLessThan(Duration.ofSeconds(10));
            mapping.close();
            buffer.close();
            assertThat(Guest.reserveFree()).as("kept").isLessThanOrEqualTo(free - LARGE);
            controller.reset();

            assertThat(Guest.reserveFree()).as("freed").isGreaterThan(free - MIB);
            try (NvmeQueuePair next = controller.createQueuePair(4)) {
                assertThat(next.execute(NvmeCommand.flush(disk(controller)))).isEqualTo(NvmeStatus.SUCCESS);
            }
        }
        assertThat(Guest.reserveFree()).isEqualTo(free);
    }

    /** The kernel takes the device out of its lists, as before somebody pulls it: its files are gone, and it works on. */
    @Test
    void shouldFreeTheMemoryOfADeviceThatTheKernelHasRemoved() throws IOException {
        final long free = Guest.reserveFree();
        final PciDevice device = device();
        final BorrowedDevice borrowed = BorrowedDevice.take(device);
        final NvmeController controller = NvmeController.open(PciFunction.open(device));
        try (NvmeQueuePair pair = controller.createQueuePair(4); ContiguousBuffer buffer = allocate(LARGE);
             DmaMapping mapping = controller.map(buffer)) {
            pair.submit(everything(controller, mapping));
            Files.writeString(Path.of("/sys/bus/pci/devices", device.address(), "remove"), "1");
            assertThat(pair.execute(NvmeCommand.flush(disk(controller)))).isEqualTo(NvmeStatus.SUCCESS);
        } finally {
            assertThatExceptionOfType(DeviceException.class).isThrownBy(controller::close)
                    .withMessageContaining("can not write the command register").withMessageContaining("is the device still there?");
            assertThatExceptionOfType(DeviceException.class).isThrownBy(borrowed::close).withMessageContaining("/nvme/bind");
            Files.writeString(Path.of("/sys/bus/pci/rescan"), "1");
        }
        assertThat(Guest.reserveFree()).isEqualTo(free);
        assertThat(device().driver()).as("the kernel has found it again").contains("nvme");
    }
}
