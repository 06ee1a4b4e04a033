// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.devices.edu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.mapcontig.devices.pci.DeviceException;
import io.github.mapcontig.devices.pci.FakeSysfs;
import io.github.mapcontig.devices.pci.PciDevice;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What can be tested without the device: that impostors are refused and left as they were. */
class EduDeviceTest {
    private static final String ADDRESS = "0000:00:04.0";

    @TempDir
    private Path root;

    @Test
    void shouldRefuseAnotherDevice() throws IOException {
        final FakeSysfs sysfs = new FakeSysfs(root);
        final PciDevice device = sysfs.add(ADDRESS, EduDevice.VENDOR, EduDevice.DEVICE, FakeSysfs.emptyBar());
        final int before = sysfs.command(ADDRESS);

        assertThatExceptionOfType(DeviceException.class).isThrownBy(() -> EduDevice.open(device))
                .withMessageContaining("is no edu device: its identification reads 0x0");
        assertThat(sysfs.command(ADDRESS)).isEqualTo(before);
    }

    @Test
    void shouldRefuseADeviceThatDoesNotAnswer() throws IOException {
        final FakeSysfs sysfs = new FakeSysfs(root);
        final byte[] dead = FakeSysfs.emptyBar();
        dead[0] = (byte) 0xed;
        final PciDevice device = sysfs.add(ADDRESS, EduDevice.VENDOR, EduDevice.DEVICE, dead);
        final int before = sysfs.command(ADDRESS);

        assertThatExceptionOfType(DeviceException.class).isThrownBy(() -> EduDevice.open(device))
                .withMessageContaining("does not answer");
        assertThat(sysfs.command(ADDRESS)).isEqualTo(before);
    }
}
