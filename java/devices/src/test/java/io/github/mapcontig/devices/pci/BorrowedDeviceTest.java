// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.devices.pci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files here are ordinary, so that no driver ever takes the device; that one does is for the guest tests. */
class BorrowedDeviceTest {
    private static final String ADDRESS = "0000:00:04.0";

    @TempDir
    private Path root;
    private FakeSysfs sysfs;
    private PciDevice device;

    @BeforeEach
    void start() throws IOException {
        sysfs = new FakeSysfs(root);
        device = sysfs.add(ADDRESS, 0x1234, 0x11e8, null);
        Files.writeString(sysfs.folder(ADDRESS).resolve("driver_override"), "(null)\n");
    }

    private String override() throws IOException {
        return Files.readString(sysfs.folder(ADDRESS).resolve("driver_override"));
    }

    @Test
    void shouldSayThatNoDriverTookItAndPreferNoneAgain() throws IOException {
        assertThatExceptionOfType(DeviceException.class).isThrownBy(() -> BorrowedDevice.takeForVfio(device))
                .withMessageContaining("was not taken by vfio-pci: modprobe vfio-pci");
        assertThat(Files.readString(root.resolve("bus/pci/drivers_probe"))).isEqualTo(ADDRESS);
        assertThat(override()).isEqualTo("\n");
    }

    @Test
    void shouldPreferTheDriverThatWasPreferred() throws IOException {
        Files.writeString(sysfs.folder(ADDRESS).resolve("driver_override"), "uio_pci_generic\n");
        assertThatExceptionOfType(DeviceException.class).isThrownBy(() -> BorrowedDevice.takeForVfio(device));
        assertThat(override()).isEqualTo("uio_pci_generic");
    }

    @Test
    void shouldSayThatTheDeviceIsGone() throws IOException {
        Files.delete(sysfs.folder(ADDRESS).resolve("driver_override"));
        assertThatExceptionOfType(DeviceException.class).isThrownBy(() -> BorrowedDevice.takeForVfio(device))
                .withMessageContaining("is the device still there?");
    }

    @Test
    void shouldLeaveADeviceThatVfioHasAlready() throws IOException {
        sysfs.bind(ADDRESS, "vfio-pci");
        final BorrowedDevice binding = BorrowedDevice.takeForVfio(device);
        assertThat(binding.device()).isSameAs(device);
        binding.close();
        binding.close();
        assertThat(override()).isEqualTo("(null)\n");
        assertThat(root.resolve("bus/pci/drivers_probe")).doesNotExist();
        assertThat(device.driver()).contains("vfio-pci");
    }

    private Path driver(final String file) {
        return root.resolve("bus/pci/drivers/nvme").resolve(file);
    }

    /** What the kernel does when it is told so. */
    private void takeEffect() throws IOException {
        assertThat(Files.readString(driver("unbind"))).isEqualTo(ADDRESS);
        Files.delete(sysfs.folder(ADDRESS).resolve("driver"));
    }

    @Test
    void shouldTakeADeviceFromItsDriverAndGiveItBack() throws IOException {
        sysfs.bind(ADDRESS, "nvme");
        final BorrowedDevice borrowed = BorrowedDevice.take(device);
        takeEffect();
        assertThat(root.resolve("bus/pci/drivers_probe")).doesNotExist();

        borrowed.close();

        assertThat(Files.readString(driver("bind"))).isEqualTo(ADDRESS);
        assertThat(override()).as("nothing to do with it").isEqualTo("(null)\n");
        Files.delete(driver("bind"));
        borrowed.close();
        assertThat(driver("bind")).as("once is enough").doesNotExist();
    }

    @Test
    void shouldHaveNothingToDoForADeviceWithoutADriver() throws IOException {
        BorrowedDevice.take(device).close();

        assertThat(override()).isEqualTo("(null)\n");
        assertThat(root.resolve("bus/pci/drivers_probe")).doesNotExist();
    }

    @Test
    void shouldLendADeviceToVfioWhereAnIommuTranslates() throws IOException {
        sysfs.putBehindIommu(ADDRESS, 3, "DMA");
        assertThatExceptionOfType(DeviceException.class).isThrownBy(() -> BorrowedDevice.take(device))
                .withMessageContaining("was not taken by vfio-pci");
    }

    @Test
    void shouldNotNeedVfioWhereAnIommuPassesAddressesThrough() throws IOException {
        sysfs.putBehindIommu(ADDRESS, 3, "identity");
        BorrowedDevice.take(device).close();
        assertThat(root.resolve("bus/pci/drivers_probe")).doesNotExist();
    }
}
