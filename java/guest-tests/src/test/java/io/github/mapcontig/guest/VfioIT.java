// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.mapcontig.AddressKind;
import io.github.mapcontig.AllocationRequest;
import io.github.mapcontig.ContiguousBuffer;
import io.github.mapcontig.ContiguousMemory;
import io.github.mapcontig.Extent;
import io.github.mapcontig.ProofLevel;
import io.github.mapcontig.Source;
import io.github.mapcontig.cli.DmaCheck;
import io.github.mapcontig.cli.IommuEvents;
import io.github.mapcontig.devices.edu.EduDevice;
import io.github.mapcontig.devices.pci.BorrowedDevice;
import io.github.mapcontig.devices.pci.DeviceException;
import io.github.mapcontig.devices.pci.DmaMapping;
import io.github.mapcontig.devices.pci.PciDevice;
import io.github.mapcontig.devices.pci.PciFunction;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A device behind an IOMMU copies out of buffers and back, at addresses that were mapped for it, and reaches nothing else. */
@Tag("iommu")
class VfioIT {
    private static final long MIB = 1 << 20;
    private static final int LENGTH = EduDevice.MAX_TRANSFER;

    private final PciDevice pci = PciDevice.find(EduDevice.VENDOR, EduDevice.DEVICE).get(0);
    private BorrowedDevice binding;

    @BeforeEach
    void bind() {
        binding = BorrowedDevice.takeForVfio(pci);
        assertThat(pci.driver()).contains("vfio-pci");
    }

    @AfterEach
    void release() {
        binding.close();
        assertThat(pci.driver()).isEmpty();
    }

    private enum Memory {
        MAP_CONTIG {
            @Override
            AllocationRequest.Builder request() {
                return ContiguousMemory.request().size(64 * MIB).sources(Source.MAP_CONTIG);
            }
        },
        HUGE_PAGE_WITHOUT_ITS_ADDRESS {
            @Override
            AllocationRequest.Builder request() {
                return ContiguousMemory.request().size(2 * MIB).proof(ProofLevel.HUGE_PAGE).sources(Source.HUGETLB);
            }
        },
        LOCKED_AND_SCATTERED {
            @Override
            AllocationRequest.Builder request() {
                return ContiguousMemory.request().size(32 * MIB).maxExtents(AllocationRequest.ANY_EXTENTS).sources(Source.LOCKED);
            }
        };

        abstract AllocationRequest.Builder request();
    }

    @ParameterizedTest
    @EnumSource
    void shouldCopyOutAndBack(final Memory memory) {
        try (HugePages pool = new HugePages(2);
             ContiguousBuffer buffer = memory.request().allocate();
             EduDevice device = EduDevice.open(pci)) {
            assertThat(pool.free()).isNotNegative();
            assertThat(device.factorial(10)).isEqualTo(3_628_800);
            device.checkReach(buffer, buffer.size() - 8);
            final DmaCheck check = new DmaCheck(device, buffer);
            for (final DmaCheck.Place place : DmaCheck.places(buffer.size(), buffer.pageSize())) {
                assertThat(check.check(place).passed()).as("%s", place).isTrue();
            }
        }
    }

    /** Where memory is scattered, the device's addresses are not: a transfer goes on across the gap. */
    @Test
    void shouldCopyAcrossGapsOfScatteredMemory() {
        try (ContiguousBuffer buffer = Memory.LOCKED_AND_SCATTERED.request().allocate(); EduDevice device = EduDevice.open(pci)) {
            final List<Extent> extents = buffer.extents();
            assertThat(extents).hasSizeGreaterThan(1);
            final Extent first = extents.get(0);
            assertThat(extents.get(1).physicalAddress()).isNotEqualTo(first.physicalAddress() + first.length());
            final DmaCheck check = new DmaCheck(device, buffer);
            assertThat(check.check(new DmaCheck.Place("gap", first.length() - LENGTH / 2, LENGTH)).passed()).isTrue();
        }
    }

    @Test
    void shouldTellTheTruthAboutAddresses() {
        try (ContiguousBuffer buffer = Memory.MAP_CONTIG.request().allocate();
             PciFunction function = PciFunction.open(pci, 28);
             DmaMapping mapping = function.map(buffer)) {
            assertThat(mapping.addressKind()).isEqualTo(AddressKind.IO_VIRTUAL);
            assertThat(buffer.addressKind()).isEqualTo(AddressKind.PHYSICAL);
            // The guest has memory above 256 MiB only for who needs much; the device may lack the bits for it all the same.
            assertThat(mapping.address(buffer.size() - 1)).isLessThan(1L << 28);
            assertThat((mapping.address(0) ^ buffer.physicalAddress()) % (2 * MIB)).as("lies so that large pages can be used").isZero();
        }
    }

    /** What makes the difference to the IOMMU: one piece or many. */
    @Test
    void shouldTellTheIommuOfOnePiece() {
        try (ContiguousBuffer contiguous = Memory.MAP_CONTIG.request().allocate();
             ContiguousBuffer scattered = Memory.LOCKED_AND_SCATTERED.request().allocate();
             PciFunction function = PciFunction.open(pci)) {
            assertThat(piecesOf(function, contiguous)).containsExactly(contiguous.size());
            assertThat(piecesOf(function, scattered)).hasSize(scattered.extents().size());
        }
    }

    private static List<Long> piecesOf(final PciFunction function, final ContiguousBuffer buffer) {
        try (IommuEvents events = IommuEvents.record(); DmaMapping mapping = function.map(buffer)) {
            final List<Long> sizes = events.within(mapping.address(0), buffer.size()).stream().map(IommuEvents.Piece::size).toList();
            assertThat(sizes.stream().mapToLong(Long::longValue).sum()).isEqualTo(buffer.size());
            return sizes;
        }
    }

    /** The guest's second edu device puts out 28 address bits. The buffer lies above, and the IOMMU brings it down. */
    @Test
    void shouldReachHighMemoryWithFewAddressBits() {
        final PciDevice narrow = PciDevice.find(EduDevice.VENDOR, EduDevice.DEVICE).get(1);
        final BorrowedDevice lent = BorrowedDevice.takeForVfio(narrow);
        try (ContiguousBuffer buffer = Memory.MAP_CONTIG.request().allocate();
             EduDevice device = EduDevice.open(narrow, EduDevice.DEFAULT_ADDRESS_BITS)) {
            assertThat(buffer.physicalAddress()).isGreaterThan(1L << EduDevice.DEFAULT_ADDRESS_BITS);
            device.checkReach(buffer, 0);
            device.checkReach(buffer, buffer.size() - 8);
        }
        lent.close();
    }

    /** The negative control: the same device, the same buffer, but by an address that nobody has mapped. */
    @Test
    void shouldNotReachABufferByItsPhysicalAddress() {
        try (ContiguousBuffer buffer = Memory.MAP_CONTIG.request().allocate();
             ContiguousBuffer scratch = ContiguousMemory.allocate(MIB);
             PciFunction function = PciFunction.open(pci);
             EduDevice device = EduDevice.of(function)) {
            final byte[] secret = secret(buffer);
            final DmaMapping mapping = function.map(buffer);
            assertThat(mapping.address(0)).isNotEqualTo(buffer.physicalAddress());
            assertThat(readBy(mapping.address(0), device, scratch)).as("by the address that was mapped").isEqualTo(secret);

            // A read that the IOMMU refuses gets zeros from QEMU.
            assertThat(readBy(buffer.physicalAddress(), device, scratch)).as("by the physical address").isNotEqualTo(secret)
                    .containsOnly(0);
            assertThat(faults(buffer.physicalAddress())).as("faults that the IOMMU reported").isNotEmpty();

            mapping.close();
            assertThat(faults(mapping.address(0))).isEmpty();
            assertThat(readBy(mapping.address(0), device, scratch)).as("after the mapping is closed").isNotEqualTo(secret)
                    .containsOnly(0);
            assertThat(faults(mapping.address(0))).as("faults that the IOMMU reported").isNotEmpty();
        }
    }

    private static byte[] secret(final ContiguousBuffer buffer) {
        final byte[] secret = new byte[LENGTH];
        new Random().nextBytes(secret);
        buffer.put(0, secret, 0, LENGTH);
        return secret;
    }

    /** What the device gets from an address; its memory holds something else before. */
    private static byte[] readBy(final long address, final EduDevice device, final ContiguousBuffer scratch) {
        final byte[] bytes = new byte[LENGTH];
        Arrays.fill(bytes, (byte) 0x77);
        scratch.put(0, bytes, 0, LENGTH);
        device.read(scratch, 0, 0, LENGTH);
        device.readPhysical(address, 0, LENGTH);
        device.write(scratch, 0, 0, LENGTH);
        scratch.get(0, bytes, 0, LENGTH);
        return bytes;
    }

    /** Lines of the kernel log about an access of the device to an address. */
    private static List<String> faults(final long address) {
        final String page = Long.toHexString(address & -4096);
        return Guest.run(List.of("dmesg")).output().lines()
                .filter(line -> line.contains("DMA Read") && line.contains("fault addr 0x" + page + " ")).toList();
    }

    @Test
    void shouldBeOpenOnce() {
        try (PciFunction function = PciFunction.open(pci)) {
            assertThat(function.device()).isEqualTo(pci);
            assertThatExceptionOfType(DeviceException.class).isThrownBy(() -> PciFunction.open(pci))
                    .withMessageContaining("EBUSY (16, device or resource busy)").withMessageContaining("another process has");
        }
        PciFunction.open(pci).close();
    }

    @Test
    void shouldEndSafely() {
        final ContiguousBuffer buffer = Memory.MAP_CONTIG.request().allocate();
        final PciFunction function = PciFunction.open(pci);
        final DmaMapping mapping = function.map(buffer);
        assertThat(Guest.mappings("[vfio-device]")).isOne();
        assertThat(Guest.descriptors("[vfio-device]")).hasSize(1);
        assertThat(Guest.descriptors("/dev/vfio")).hasSize(2);
        function.close();
        function.close();

        assertThatIllegalStateException().isThrownBy(() -> function.bar0().getInt(0)).withMessageContaining("the device is closed");
        assertThatIllegalStateException().isThrownBy(() -> function.map(buffer)).withMessageContaining("the device is closed");
        mapping.close();
        buffer.close();
        assertThat(Guest.mappings("[vfio-device]")).isZero();
        assertThat(Guest.descriptors("[vfio-device]")).isEmpty();
        assertThat(Guest.descriptors("/dev/vfio")).isEmpty();
        assertThat(Guest.reserveFree()).isEqualTo(Guest.reserve());
    }

    /** The commands of the message are enough. */
    @Test
    void shouldTellHowToGiveTheDeviceToVfio() {
        binding.close();
        final String message = catchThrowable(() -> PciFunction.open(pci)).getMessage();
        assertThat(message).contains("is behind an IOMMU, group");
        final String commands = message.substring(message.indexOf(": echo ") + 2, message.indexOf(". Or boot"));

        assertThat(Guest.run(List.of("sh", "-c", commands)).status()).isZero();

        assertThat(pci.driver()).contains("vfio-pci");
        PciFunction.open(pci).close();
        assertThat(Guest.run(List.of("sh", "-c", "echo > /sys/bus/pci/devices/" + pci.address() + "/driver_override && echo "
                + pci.address() + " > /sys/bus/pci/drivers/vfio-pci/unbind")).status()).isZero();
    }
}
