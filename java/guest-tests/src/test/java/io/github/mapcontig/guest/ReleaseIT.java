// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.mapcontig.ContiguousBuffer;
import io.github.mapcontig.ContiguousMemory;
import io.github.mapcontig.ContiguousMemoryException;
import io.github.mapcontig.DmaLease;
import io.github.mapcontig.Errno;
import io.github.mapcontig.Faults;
import io.github.mapcontig.Sharing;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** C13: memory goes back. 64 MiB is more than the buddy allocator has in one piece, so it comes from the reserve, which counts. */
@Tag("patched")
class ReleaseIT {
    private static final long SIZE = 64 << 20;

    private long freeBefore;
    private long lockedBefore;

    @BeforeEach
    void measure() {
        freeBefore = Guest.reserveFree();
        lockedBefore = Guest.locked();
        assertThat(Guest.reserve()).isEqualTo(512L << 20);
    }

    @ParameterizedTest
    @EnumSource
    void shouldGiveMemoryBackOnClose(final Sharing sharing) {
        final ContiguousBuffer buffer = ContiguousMemory.request().size(SIZE).sharing(sharing).allocate();
        assertThat(Guest.reserveFree()).isEqualTo(freeBefore - SIZE);
        assertThat(Guest.locked()).isEqualTo(lockedBefore + SIZE);

        buffer.close();

        assertNothingIsHeld();
    }

    @Test
    void shouldNotLoseAPageInManyRounds() {
        for (int i = 0; i < 40; i++) {
            ContiguousMemory.allocate(SIZE - i * 4096L).close();
        }
        assertNothingIsHeld();
    }

    @Test
    void shouldThrowWhenUsedAfterClose() {
        final ContiguousBuffer buffer = ContiguousMemory.allocate(SIZE);
        final ByteBuffer view = buffer.asByteBuffer();
        view.putLong(0, 1);
        buffer.close();

        assertThatIllegalStateException().isThrownBy(() -> buffer.getLong(0));
        for (final int index : new int[] {0, 4096, (int) SIZE - 8}) {
            assertThat(Faults.of(() -> view.getLong(index))).isInstanceOf(InternalError.class);
        }
        assertNothingIsHeld();
    }

    @Test
    void shouldKeepMemoryWhileLeased() {
        final ContiguousBuffer buffer = ContiguousMemory.allocate(SIZE);
        final DmaLease lease = buffer.beginDma();
        buffer.close();
        assertThat(Guest.reserveFree()).isEqualTo(freeBefore - SIZE);

        lease.close();

        assertNothingIsHeld();
    }

    @Test
    void shouldReleaseWhatADeviceCanNotReach() {
        assertThatExceptionOfType(ContiguousMemoryException.class)
                .isThrownBy(() -> ContiguousMemory.request().size(SIZE).addressBits(27).allocate())
                .withMessageContaining("above the device's last address 0x7ffffff");
        assertNothingIsHeld();
    }

    @Test
    void shouldSayThatThereIsNoRange() {
        assertThatExceptionOfType(ContiguousMemoryException.class)
                .isThrownBy(() -> ContiguousMemory.allocate(3L << 30))
                .withMessageContaining("can not allocate 3 GiB")
                .withMessageContaining("reserve of node 0")
                .withMessageContaining("contig_cma=SIZE")
                .satisfies(e -> assertThat(e.errno()).contains(Errno.ENOMEM));
        assertNothingIsHeld();
    }

    @Test
    void shouldRefuseMoreThanTheMachineHas() {
        assertThatExceptionOfType(ContiguousMemoryException.class)
                .isThrownBy(() -> ContiguousMemory.allocate(1L << 45))
                .withMessageContaining("this machine has");
        assertNothingIsHeld();
    }

    @Test
    void shouldFreeADroppedBuffer() throws InterruptedException {
        drop();
        for (int i = 0; i < 50 && Guest.reserveFree() != freeBefore; i++) {
            System.gc();
            Thread.sleep(100);
        }
        assertNothingIsHeld();
    }

    private static void drop() {
        assertThat(ContiguousMemory.allocate(SIZE).getByte(0)).isZero();
    }

    private void assertNothingIsHeld() {
        assertThat(Guest.reserveFree()).isEqualTo(freeBefore);
        assertThat(Guest.locked()).isEqualTo(lockedBefore);
    }
}
