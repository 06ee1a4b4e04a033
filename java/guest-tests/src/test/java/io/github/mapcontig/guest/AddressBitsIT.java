// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.mapcontig.ContiguousBuffer;
import io.github.mapcontig.ContiguousMemory;
import io.github.mapcontig.ContiguousMemoryException;
import io.github.mapcontig.MemoryStatistics;
import io.github.mapcontig.Source;
import io.github.mapcontig.devices.edu.EduDevice;
import io.github.mapcontig.devices.pci.DeviceException;
import io.github.mapcontig.devices.pci.PciDevice;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A device that puts out 28 address bits, and drops those above without a word. It is the guest's second edu device; the first
 * one puts out 64.
 */
@Tag("patched")
class AddressBitsIT {
    private static final int BITS = EduDevice.DEFAULT_ADDRESS_BITS;
    private static final long REACH = 1L << BITS;
    private static final long MIB = 1 << 20;
    /** The kernel hands out low memory last: more than all above it, and less than would leave nothing. */
    private static final int MOST_OF_MEMORY = 1200;

    @Test
    void shouldFindMemoryThatTheDeviceReaches() {
        try (HugePages pool = new HugePages(MOST_OF_MEMORY);
             ContiguousBuffer low = ContiguousMemory.request().size(2 * MIB).addressBits(BITS).pinned(true)
                     .sources(Source.HUGETLB).allocate()) {
            pool.shrink(1);
            assertThat(low.physicalAddress() + low.size()).isLessThanOrEqualTo(REACH);
            try (EduDevice device = EduDevice.open(narrow(), BITS)) {
                device.checkReach(low, 0);
                device.checkReach(low, low.size() - Long.BYTES);
            }
            shouldSeeTheDeviceDropBits(low);
        }
    }

    /**
     * The negative control, with memory of our own at both places: the upper one is asked for, the lower one is met. The upper
     * buffer is as long as the device's reach, so that one of its bytes differs from the lower buffer's first in the upper bits alone.
     */
    private static void shouldSeeTheDeviceDropBits(final ContiguousBuffer low) {
        try (ContiguousBuffer high = ContiguousMemory.request().size(REACH).sources(Source.MAP_CONTIG).allocate();
             EduDevice device = EduDevice.open(narrow())) {
            assertThat(high.physicalAddress()).isGreaterThanOrEqualTo(REACH);
            final long twin = low.physicalAddress() - high.physicalAddress() & REACH - 1;
            assertThat(high.physicalAddress(twin) % REACH).isEqualTo(low.physicalAddress());
            low.putLong(0, 0x1111_1111_1111_1111L);
            high.putLong(twin, 0x2222_2222_2222_2222L);

            device.read(high, twin, 0, Long.BYTES);
            device.write(low, Long.BYTES, 0, Long.BYTES);

            assertThat(low.getLong(Long.BYTES)).isEqualTo(0x1111_1111_1111_1111L);
            assertThatExceptionOfType(DeviceException.class).isThrownBy(() -> device.checkReach(high, twin))
                    .withMessageContaining("does not reach physical address 0x" + Long.toHexString(high.physicalAddress(twin)));
        }
    }

    @Test
    void shouldRefuseToLetTheDeviceDropBits() {
        final MemoryStatistics before = ContiguousMemory.statistics();
        try (ContiguousBuffer high = ContiguousMemory.request().size(REACH).sources(Source.MAP_CONTIG).allocate();
             EduDevice device = EduDevice.open(narrow(), BITS)) {
            assertThatExceptionOfType(DeviceException.class).isThrownBy(() -> device.read(high, REACH - 8, 0, 8))
                    .withMessageContaining("puts out 28 address bits").withMessageContaining(".addressBits(28)");
            assertThatExceptionOfType(DeviceException.class).isThrownBy(() -> device.write(high, REACH - 8, 0, 8));
            assertThatExceptionOfType(DeviceException.class)
                    .isThrownBy(() -> device.readPhysical(REACH - 1, 0, 2)).withMessageContaining("0x10000000:");
        }
        assertThat(ContiguousMemory.statistics().liveBytes()).isEqualTo(before.liveBytes());
    }

    @Test
    void shouldRefuseARequestThatNothingCanServe() {
        final long free = Guest.reserveFree();

        assertThatExceptionOfType(ContiguousMemoryException.class)
                .isThrownBy(() -> ContiguousMemory.request().size(REACH).addressBits(BITS).sources(Source.MAP_CONTIG).allocate())
                .withMessageContaining("within 28 address bits");

        assertThat(Guest.reserveFree()).isEqualTo(free);
    }

    private static PciDevice narrow() {
        return PciDevice.find(EduDevice.VENDOR, EduDevice.DEVICE).get(1);
    }
}
