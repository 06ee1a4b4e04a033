// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.guest;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mapcontig.devices.edu.EduDevice;
import io.github.mapcontig.devices.pci.BorrowedDevice;
import io.github.mapcontig.devices.pci.PciDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A user without any capability drives a device, with memory whose addresses the kernel hides, once root has lent it. */
@Tag("iommu")
class VfioUnprivilegedIT {
    private static final long MIB = 1 << 20;
    /** More than one huge page, so that nothing can be proved of it. */
    private static final String SIZE = Long.toString(3 * MIB);

    private static BorrowedDevice binding;
    private static Path group;
    private static OrdinaryUser user;

    @BeforeAll
    static void lend() throws IOException {
        final PciDevice pci = PciDevice.find(EduDevice.VENDOR, EduDevice.DEVICE).get(0);
        binding = BorrowedDevice.takeForVfio(pci);
        group = Path.of("/dev/vfio").resolve(Path.of("/sys/bus/pci/devices", pci.address(), "iommu_group").toRealPath().getFileName());
        user = new OrdinaryUser();
    }

    @AfterAll
    static void takeBack() {
        binding.close();
    }

    @Test
    void shouldDriveTheDeviceWithoutPrivileges() throws IOException {
        final Guest.Outcome refused = user.run(16 * MIB, VfioUnprivilegedProgram.class, SIZE);
        assertThat(refused.output()).contains("can not open " + group + ": EACCES (13, permission denied)");

        Files.setAttribute(group, "unix:uid", OrdinaryUser.ID);

        final Guest.Outcome outcome = user.run(16 * MIB, VfioUnprivilegedProgram.class, SIZE);
        assertThat(outcome.status()).as(outcome.output()).isZero();
        assertThat(outcome.output()).contains("proof NONE", "kind IO_VIRTUAL", "copied true");
        final Guest.Outcome limited = user.run(5 * MIB, VfioUnprivilegedProgram.class, SIZE);
        assertThat(limited.output()).contains("VFIO_IOMMU_MAP_DMA of 3145728 bytes failed: ENOMEM", "raise it (ulimit -l)");
        Files.setAttribute(group, "unix:uid", 0);
    }
}
