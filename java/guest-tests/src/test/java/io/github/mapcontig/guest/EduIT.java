// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.mapcontig.ContiguousBuffer;
import io.github.mapcontig.ContiguousMemory;
import io.github.mapcontig.Sharing;
import io.github.mapcontig.cli.DmaCheck;
import io.github.mapcontig.cli.ScatteredMemory;
import io.github.mapcontig.devices.edu.EduDevice;
import io.github.mapcontig.devices.pci.PciDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A device that knows nothing of page tables copies out of a buffer and back. */
@Tag("patched")
class EduIT {
    private static final long MIB = 1 << 20;

    @Test
    void shouldBeAliveAndCompute() {
        try (EduDevice device = EduDevice.open()) {
            assertThat(device.version()).matches("\\d+\\.\\d+");
            assertThat(device.factorial(0)).isEqualTo(1);
            assertThat(device.factorial(12)).isEqualTo(479_001_600);
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldCopyAcrossPageBoundaries(final Sharing sharing) {
        try (ContiguousBuffer buffer = ContiguousMemory.request().size(64 * MIB).sharing(sharing).allocate();
             EduDevice device = EduDevice.open()) {
            device.checkReach(buffer, 64 * MIB - 8);
            final DmaCheck check = new DmaCheck(device, buffer);
            final List<DmaCheck.Place> places = DmaCheck.places(buffer.size(), buffer.pageSize());
            assertThat(places).hasSize(7);
            for (final DmaCheck.Place place : places) {
                final DmaCheck.Result result = check.check(place);
                assertThat(result.bytesAgree()).as("bytes at %s", place).isTrue();
                assertThat(result.guardsAgree()).as("surroundings of %s", place).isTrue();
                assertThat(result.physicalAddress()).isEqualTo(buffer.physicalAddress() + place.offset());
            }
            assertThat(buffer.verify().movedSince(buffer.proof())).isEmpty();
        }
    }

    /** The negative control: what the device reads beyond the first page of scattered memory is not what is in it. */
    @Test
    void shouldNotFindScatteredMemoryContiguous() {
        try (ContiguousBuffer buffer = ContiguousMemory.allocate(MIB);
             ScatteredMemory scattered = new ScatteredMemory(16 * MIB, 0);
             EduDevice device = EduDevice.open()) {
            final int right = new DmaCheck(device, buffer).bytesRightBehindBoundary(scattered, scattered.prove().extents());

            assertThat(right).isZero();
        }
    }

    @Test
    void shouldRefuseTransfersThatTheDeviceCanNotDo() {
        try (ContiguousBuffer buffer = ContiguousMemory.allocate(MIB); EduDevice device = EduDevice.open()) {
            assertThatIllegalArgumentException().isThrownBy(() -> device.read(buffer, 0, 0, EduDevice.MAX_TRANSFER + 1));
            assertThatIllegalArgumentException().isThrownBy(() -> device.write(buffer, 0, 2048, 2048));
            assertThatIllegalArgumentException().isThrownBy(() -> device.write(buffer, 0, Integer.MAX_VALUE, 2048));
            assertThatIllegalArgumentException().isThrownBy(() -> device.readPhysical(0, -1, 16));
            assertThatThrownBy(() -> device.read(buffer, MIB - 15, 0, 16)).isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void shouldNotTouchAClosedBuffer() {
        final ContiguousBuffer buffer = ContiguousMemory.allocate(MIB);
        buffer.close();
        try (EduDevice device = EduDevice.open()) {
            assertThatIllegalStateException().isThrownBy(() -> device.read(buffer, 0, 0, 16)).withMessageContaining("closed");
            assertThatIllegalStateException().isThrownBy(() -> device.write(buffer, 0, 0, 16)).withMessageContaining("closed");
        }
    }

    @Test
    void shouldPutTheCommandRegisterBack() throws IOException {
        final PciDevice pci = PciDevice.find(EduDevice.VENDOR, EduDevice.DEVICE).get(0);
        final Path config = Path.of("/sys/bus/pci/devices", pci.address(), "config");
        final byte before = Files.readAllBytes(config)[4];
        final EduDevice device = EduDevice.open(pci);
        assertThat(Files.readAllBytes(config)[4] & 0x6).isEqualTo(0x6);

        device.close();
        device.close();

        assertThat(Files.readAllBytes(config)[4]).isEqualTo(before);
        assertThatIllegalStateException().isThrownBy(device::version).withMessageContaining("closed");
    }
}
