// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.devices.pci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.mapcontig.AddressKind;
import io.github.mapcontig.ContiguousBuffer;
import io.github.mapcontig.Extent;
import io.github.mapcontig.ImaginedMemory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PhysicalPiecesTest {
    private static final int PAGE = 4096;
    private static final int PAGES = 64;

    @TempDir
    private Path root;
    private ImaginedMemory memory;
    private PciDevice device;
    private PciFunction function;

    @BeforeEach
    void start() throws IOException {
        device = new FakeSysfs(root.resolve("sys")).add("0000:00:04.0", 0x1234, 0x11e8, FakeSysfs.emptyBar());
        memory = new ImaginedMemory(root.resolve("machine"));
        function = PciFunction.open(device);
    }

    @AfterEach
    void shouldLeaveNothing() {
        function.close();
        assertThat(memory.held()).isZero();
    }

    @Test
    void shouldTellEachAddressInAnyOrder() {
        try (ContiguousBuffer buffer = memory.allocateScattered((long) PAGES * PAGE, true); DmaMapping mapping = function.mapPieces(buffer)) {
            assertThat(buffer.extents()).hasSize(PAGES);
            assertThat(mapping.addressKind()).isEqualTo(AddressKind.PHYSICAL);
            assertThat(mapping.buffer()).isSameAs(buffer);
            final Random random = new Random(5);
            for (int i = 0; i < 10_000; i++) {
                final long offset = i < 2 * PAGES ? (long) i * PAGE / 2 : random.nextInt(PAGES * PAGE);
                final Extent extent = buffer.extents().get((int) (offset / PAGE));
                assertThat(mapping.address(offset)).isEqualTo(extent.physicalAddress() + offset % PAGE);
                assertThat(mapping.contiguousFrom(offset)).isEqualTo(PAGE - offset % PAGE);
            }
            assertThatThrownBy(() -> mapping.address((long) PAGES * PAGE)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> mapping.contiguousFrom(-1)).isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void shouldMapASlice() {
        try (ContiguousBuffer buffer = memory.allocateScattered(3 * PAGE, true); ContiguousBuffer slice = buffer.slice(100, 2 * PAGE);
             DmaMapping mapping = function.mapPieces(slice)) {
            assertThat(mapping.address(0)).isEqualTo(buffer.physicalAddress(100));
            assertThat(mapping.contiguousFrom(0)).isEqualTo(PAGE - 100);
            assertThat(mapping.address(2 * PAGE - 1)).isEqualTo(buffer.physicalAddress(100 + 2 * PAGE - 1));
            assertThat(mapping.contiguousFrom(2 * PAGE - 1)).isEqualTo(1);
        }
    }

    @Test
    void shouldKeepTheMemoryUntilItIsClosed() {
        final ContiguousBuffer buffer = memory.allocateScattered(2 * PAGE, true);
        final DmaMapping mapping = function.mapPieces(buffer);
        buffer.close();
        assertThat(memory.held()).isPositive();
        mapping.close();
    }

    @Test
    void shouldBeOneWhereThereIsOne() {
        try (ContiguousBuffer buffer = memory.allocate(8 * PAGE); DmaMapping mapping = function.mapPieces(buffer)) {
            assertThat(mapping.address(PAGE)).isEqualTo(buffer.physicalAddress() + PAGE);
            assertThat(mapping.contiguousFrom(PAGE)).isEqualTo(7 * PAGE);
        }
    }

    @Test
    void shouldRefusePagesThatMove() {
        try (ContiguousBuffer buffer = memory.allocateScattered(2 * PAGE, false)) {
            assertThatIllegalStateException().isThrownBy(() -> function.mapPieces(buffer))
                    .withMessageContaining("the kernel may move the pages of").withMessageContaining("allocate with .pinned(true)");
        }
    }

    @Test
    void shouldRefuseAnyPieceThatTheDeviceDoesNotReach() {
        try (ContiguousBuffer buffer = memory.allocateScattered(2 * PAGE, true);
             PciFunction narrow = PciFunction.open(device, Long.SIZE - Long.numberOfLeadingZeros(buffer.physicalAddress(0)))) {
            narrow.mapPieces(buffer).close();
            try (PciFunction narrower = PciFunction.open(device, 32)) {
                assertThatExceptionOfType(DeviceException.class).isThrownBy(() -> narrower.mapPieces(buffer))
                        .withMessageContaining("puts out 32 address bits");
            }
        }
    }

    @Test
    void shouldNotMapWhenItIsClosed() {
        try (ContiguousBuffer buffer = memory.allocateScattered(2 * PAGE, true)) {
            function.close();
            assertThatIllegalStateException().isThrownBy(() -> function.mapPieces(buffer)).withMessageContaining("the device is closed");
        }
    }
}
