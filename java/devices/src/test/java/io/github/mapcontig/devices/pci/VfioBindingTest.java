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
class VfioBindingTest {
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
        assertThatExceptionOfType(DeviceException.class).isThrownBy(() -> VfioBinding.bind(device))
                .withMessageContaining("was not taken by vfio-pci: modprobe vfio-pci");
        assertThat(Files.readString(root.resolve("bus/pci/drivers_probe"))).isEqualTo(ADDRESS);
        assertThat(override()).isEqualTo("\n");
    }

    @Test
    void shouldPreferTheDriverThatWasPreferred() throws IOException {
        Files.writeString(sysfs.folder(ADDRESS).resolve("driver_override"), "uio_pci_generic\n");
        assertThatExceptionOfType(DeviceException.class).isThrownBy(() -> VfioBinding.bind(device));
        assertThat(override()).isEqualTo("uio_pci_generic");
    }

    @Test
    void shouldSayThatTheDeviceIsGone() throws IOException {
        Files.delete(sysfs.folder(ADDRESS).resolve("driver_override"));
        assertThatExceptionOfType(DeviceException.class).isThrownBy(() -> VfioBinding.bind(device))
                .withMessageContaining("is the device still there?");
    }

    @Test
    void shouldLeaveADeviceThatIsBoundAlready() throws IOException {
        sysfs.bind(ADDRESS, "vfio-pci");
        final VfioBinding binding = VfioBinding.bind(device);
        assertThat(binding.device()).isSameAs(device);
        binding.close();
        binding.close();
        assertThat(override()).isEqualTo("(null)\n");
        assertThat(root.resolve("bus/pci/drivers_probe")).doesNotExist();
        assertThat(device.driver()).contains("vfio-pci");
    }
}
