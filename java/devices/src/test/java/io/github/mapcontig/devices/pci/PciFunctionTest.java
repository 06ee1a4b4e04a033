// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.devices.pci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.mapcontig.AllocationRequest;
import io.github.mapcontig.ContiguousBuffer;
import io.github.mapcontig.ContiguousMemory;
import io.github.mapcontig.ProofLevel;
import io.github.mapcontig.Source;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PciFunctionTest {
    private static final String ADDRESS = "0000:00:04.0";
    /** I/O space on, interrupts off: bits that are none of our business and must survive. */
    private static final int COMMAND_BEFORE = 0x401;

    @TempDir
    private Path root;
    private FakeSysfs sysfs;
    private PciDevice device;

    @BeforeEach
    void start() throws IOException {
        sysfs = new FakeSysfs(root);
        device = sysfs.add(ADDRESS, 0x1234, 0x11e8, FakeSysfs.emptyBar());
    }

    @Test
    void shouldFindByIdsInOrder() throws IOException {
        sysfs.add("0000:00:05.0", 0x1234, 0x1111, null);
        sysfs.add("0000:00:03.0", 0x1234, 0x11e8, null);

        assertThat(PciDevice.find(root, 0x1234, 0x11e8)).extracting(PciDevice::address)
                .containsExactly("0000:00:03.0", ADDRESS);
        assertThat(PciDevice.find(root, 0x8086, 0x11e8)).isEmpty();
    }

    @Test
    void shouldSayThatThereIsNoPci() {
        assertThatExceptionOfType(DeviceException.class).isThrownBy(() -> PciDevice.find(root.resolve("none"), 1, 2))
                .withMessageContaining("check that /sys is mounted");
    }

    @Test
    void shouldSwitchOnAndPutBack() throws IOException {
        final PciFunction function = PciFunction.open(device);
        assertThat(sysfs.command(ADDRESS)).isEqualTo(COMMAND_BEFORE | 0x6);

        function.close();
        function.close();

        assertThat(sysfs.command(ADDRESS)).isEqualTo(COMMAND_BEFORE);
        assertThat(Files.readAllBytes(sysfs.folder(ADDRESS).resolve("config"))[6]).as("status register").isEqualTo((byte) 0x10);
        assertThatIllegalStateException().isThrownBy(() -> function.bar0().getInt(0)).withMessageContaining("closed");
    }

    @Test
    void shouldSwitchOffWhatAKilledProcessLeftOn() throws IOException {
        final byte[] config = Files.readAllBytes(sysfs.folder(ADDRESS).resolve("config"));
        config[4] |= 0x6;
        Files.write(sysfs.folder(ADDRESS).resolve("config"), config);

        PciFunction.open(device).close();

        assertThat(sysfs.command(ADDRESS)).isEqualTo(COMMAND_BEFORE | 0x2);
    }

    @Test
    void shouldRefuseADeviceThatADriverHas() throws IOException {
        sysfs.bind(ADDRESS, "nvme");

        assertThatExceptionOfType(DeviceException.class).isThrownBy(() -> PciFunction.open(device))
                .withMessageContaining("echo 0000:00:04.0 > /sys/bus/pci/drivers/nvme/unbind");
        assertThat(sysfs.command(ADDRESS)).isEqualTo(COMMAND_BEFORE);
    }

    @Test
    void shouldRefuseADeviceBehindATranslatingIommu() throws IOException {
        sysfs.putBehindIommu(ADDRESS, 3, "DMA-FQ");

        assertThatExceptionOfType(DeviceException.class).isThrownBy(() -> PciFunction.open(device))
                .withMessageContaining("group 3 (DMA-FQ)").withMessageContaining("iommu=pt")
                .withMessageContaining(": echo vfio-pci > /sys/bus/pci/devices/0000:00:04.0/driver_override"
                        + " && echo 0000:00:04.0 > /sys/bus/pci/drivers_probe.");
        assertThat(sysfs.command(ADDRESS)).isEqualTo(COMMAND_BEFORE);
    }

    @Test
    void shouldTellHowToTakeADeviceFromItsDriverToVfio() throws IOException {
        sysfs.putBehindIommu(ADDRESS, 3, "DMA");
        sysfs.bind(ADDRESS, "nvme");

        assertThatExceptionOfType(DeviceException.class).isThrownBy(() -> PciFunction.open(device))
                .withMessageContaining("echo 0000:00:04.0 > /sys/bus/pci/drivers/nvme/unbind && echo vfio-pci > ");
        assertThat(sysfs.command(ADDRESS)).isEqualTo(COMMAND_BEFORE);
    }

    @Test
    void shouldRefuseBuffersThatTheDeviceDoesNotReach() {
        try (PciFunction function = PciFunction.open(device, 12);
             ContiguousBuffer buffer = ContiguousMemory.request().size(4096).maxExtents(AllocationRequest.ANY_EXTENTS)
                     .sources(Source.LOCKED).proof(ProofLevel.NONE).allocate()) {
            // Where a process may not read addresses, there is none to give either.
            assertThatThrownBy(() -> function.map(buffer)).hasMessageContaining(buffer.proof().level() == ProofLevel.PFN
                    ? "puts out 12 address bits and does not reach 0x" : "no physical address");
        }
    }

    @Test
    void shouldAcceptADeviceWhoseIommuPassesAddressesThrough() throws IOException {
        sysfs.putBehindIommu(ADDRESS, 3, "identity");

        PciFunction.open(device).close();
    }

    @Test
    void shouldPutBackWhenTheRegistersCanNotBeMapped() throws IOException {
        Files.delete(sysfs.folder(ADDRESS).resolve("resource0"));

        assertThatExceptionOfType(DeviceException.class).isThrownBy(() -> PciFunction.open(device))
                .withMessageContaining("can not map").withMessageContaining("run as root");
        assertThat(sysfs.command(ADDRESS)).isEqualTo(COMMAND_BEFORE);
    }

    @Test
    void shouldAccessRegistersLittleEndianAndInBounds() throws IOException {
        try (PciFunction function = PciFunction.open(device)) {
            final MmioRegion bar = function.bar0();
            bar.putInt(8, 0x0102_0304);
            bar.putLong(16, 0x0102_0304_0506_0708L);

            assertThat(bar.getInt(8)).isEqualTo(0x0102_0304);
            assertThat(bar.getLong(16)).isEqualTo(0x0102_0304_0506_0708L);
            assertThat(bar.size()).isEqualTo(1 << 20);
            final ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(sysfs.folder(ADDRESS).resolve("resource0")))
                    .order(ByteOrder.LITTLE_ENDIAN);
            assertThat(file.getInt(8)).isEqualTo(0x0102_0304);
            assertThat(file.getLong(16)).isEqualTo(0x0102_0304_0506_0708L);

            assertThatIllegalArgumentException().isThrownBy(() -> bar.getInt(2)).withMessageContaining("offset 0x2");
            assertThatIllegalArgumentException().isThrownBy(() -> bar.putLong(4, 0));
            assertThatThrownBy(() -> bar.getInt(1 << 20)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> bar.getInt(-4)).isInstanceOf(IndexOutOfBoundsException.class);
        }
    }
}
