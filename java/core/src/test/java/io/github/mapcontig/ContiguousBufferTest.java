// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContiguousBufferTest {
    private static final long GIB = 1L << 30;

    @TempDir
    private Path root;
    private FakeMachine machine;

    @BeforeEach
    void start() {
        machine = new FakeMachine(root);
    }

    private static void assertFaults(final Runnable access) {
        assertThat(Faults.of(access)).isInstanceOf(InternalError.class);
    }

    private ContiguousBuffer allocate(final long size) {
        return machine.request().size(size).allocate();
    }

    @Test
    void shouldReadBackWhatWasWritten() {
        try (ContiguousBuffer buffer = allocate(8192)) {
            buffer.putByte(8191, (byte) 0x7f);
            buffer.putInt(4094, 0x1234_5678);
            buffer.putLong(1, 0x0102_0304_0506_0708L);

            assertThat(buffer.getByte(8191)).isEqualTo((byte) 0x7f);
            assertThat(buffer.getInt(4094)).isEqualTo(0x1234_5678);
            assertThat(buffer.getLong(1)).isEqualTo(0x0102_0304_0506_0708L);
            assertThat(buffer.asByteBuffer().getInt(4094)).isEqualTo(0x1234_5678);
            assertThat(buffer.getByte(0)).isZero();
        }
    }

    @Test
    void shouldUseNativeByteOrderEverywhere() {
        try (ContiguousBuffer buffer = allocate(4096)) {
            final ByteBuffer view = buffer.asByteBuffer(8, 16);

            assertThat(view.order()).isEqualTo(ByteOrder.nativeOrder());
            assertThat(view.capacity()).isEqualTo(16);
            buffer.putLong(8, 0x1122_3344_5566_7788L);
            assertThat(view.getLong(0)).isEqualTo(0x1122_3344_5566_7788L);
        }
    }

    @Test
    void shouldReachEveryByteOfMoreThanTwoGib() {
        final long size = 3 * GIB + 4096;
        try (ContiguousBuffer buffer = allocate(size)) {
            final List<Long> places = Stream.of(GIB, 2 * GIB, 3 * GIB, size).map(end -> end - 8)
                    .flatMap(start -> Stream.of(start - 1, start)).toList();
            for (final long place : places) {
                buffer.putLong(place, place);
                assertThat(buffer.getLong(place)).isEqualTo(place);
            }
            for (final long edge : List.of(GIB, 2 * GIB, 3 * GIB)) {
                buffer.putLong(edge - 3, edge ^ 0x5a5a_5a5a_5a5a_5a5aL);
                buffer.putInt(edge + 10, (int) (edge >>> 20));

                assertThat(buffer.getLong(edge - 3)).isEqualTo(edge ^ 0x5a5a_5a5a_5a5a_5a5aL);
                assertThat(buffer.getInt(edge + 10)).isEqualTo((int) (edge >>> 20));
                assertThat(buffer.asByteBuffer(edge - 3, 8).getLong()).isEqualTo(edge ^ 0x5a5a_5a5a_5a5a_5a5aL);
            }
            assertThatIllegalStateException().isThrownBy(buffer::asByteBuffer).withMessageContaining("2147483647");
        }
    }

    @Test
    void shouldGiveViewsLongerThanAWindow() {
        final long size = 3 * GIB;
        try (ContiguousBuffer buffer = allocate(size)) {
            final ByteBuffer view = buffer.asByteBuffer(GIB - 100, Integer.MAX_VALUE);

            view.putLong(Integer.MAX_VALUE - 8, 0x7766_5544_3322_1100L);

            assertThat(buffer.getLong(GIB - 100 + Integer.MAX_VALUE - 8)).isEqualTo(0x7766_5544_3322_1100L);
        }
    }

    @Test
    void shouldCopyInBulk() {
        try (ContiguousBuffer buffer = allocate(1 << 16)) {
            final byte[] bytes = new byte[10_000];
            new Random(42).nextBytes(bytes);

            buffer.put(4000, bytes, 10, 9000);

            final byte[] back = new byte[10_000];
            buffer.get(4000, back, 10, 9000);
            assertThat(back).startsWith(new byte[10]).endsWith(new byte[990]);
            for (int i = 10; i < 9010; i++) {
                assertThat(back[i]).isEqualTo(bytes[i]);
            }
        }
    }

    @Test
    void shouldCheckBounds() {
        try (ContiguousBuffer buffer = allocate(4096)) {
            final List<ThrowingCallable> outside = List.of(
                    () -> buffer.getByte(-1), () -> buffer.getByte(4096), () -> buffer.putByte(4096, (byte) 0),
                    () -> buffer.getInt(4093), () -> buffer.putInt(4093, 0), () -> buffer.getLong(4089),
                    () -> buffer.putLong(-1, 0), () -> buffer.getLong(Long.MAX_VALUE),
                    () -> buffer.asByteBuffer(4000, 97), () -> buffer.asByteBuffer(-1, 1), () -> buffer.asByteBuffer(0, -1),
                    () -> buffer.physicalAddress(4096), () -> buffer.physicalAddress(-1), () -> buffer.slice(4000, 97),
                    () -> buffer.get(4090, new byte[10], 0, 10), () -> buffer.put(0, new byte[10], 5, 6));
            assertThat(outside).allSatisfy(call -> assertThatThrownBy(call).isInstanceOf(IndexOutOfBoundsException.class));
            assertThatIllegalArgumentException().isThrownBy(() -> buffer.slice(0, 0));
            assertThat(buffer.asByteBuffer(4096, 0).capacity()).isZero();
        }
    }

    @Test
    void shouldThrowAfterClose() {
        final ContiguousBuffer buffer = allocate(4096);
        final ContiguousBuffer slice = buffer.slice(100, 100);
        final ByteBuffer view = buffer.asByteBuffer();
        buffer.close();
        buffer.close();

        final List<ThrowingCallable> uses = List.of(
                () -> buffer.getByte(0), () -> buffer.putByte(0, (byte) 1), () -> buffer.getInt(0), () -> buffer.putInt(0, 1),
                () -> buffer.getLong(0), () -> buffer.putLong(0, 1), () -> buffer.get(0, new byte[1], 0, 1),
                () -> buffer.put(0, new byte[1], 0, 1), buffer::address, buffer::physicalAddress,
                () -> buffer.physicalAddress(0), buffer::extents, buffer::verify, buffer::beginDma, buffer::asByteBuffer,
                () -> buffer.slice(0, 1), () -> slice.getByte(0), slice::physicalAddress);
        assertThat(uses).allSatisfy(use -> assertThatIllegalStateException().isThrownBy(use::call)
                .withMessageContaining("closed"));
        assertFaults(() -> view.get(0));
        assertFaults(() -> view.put(0, (byte) 1));
        assertThat(buffer.isClosed()).isTrue();
        assertThat(buffer).hasToString("ContiguousBuffer of 4 KiB from MAP_CONTIG, closed [allocated as " + buffer.proof() + "]");
        assertThat(machine.libC.mapped).isEmpty();
    }

    @Test
    void shouldShareMemoryAndLifetimeWithSlices() {
        final ContiguousBuffer buffer = allocate(8192);
        final ContiguousBuffer slice = buffer.slice(4096, 4096);
        final ContiguousBuffer inner = slice.slice(8, 8);
        final ContiguousBuffer whole = buffer.slice(0, 8192);

        inner.putLong(0, 77);

        assertThat(buffer.getLong(4104)).isEqualTo(77);
        assertThat(inner.physicalAddress()).isEqualTo(buffer.physicalAddress() + 4104);
        assertThat(inner.address()).isEqualTo(buffer.address() + 4104);
        assertThat(inner.extents()).containsExactly(new Extent(0, buffer.physicalAddress(4104), 8));
        whole.close();
        inner.close();
        assertThat(whole.isClosed()).isTrue();
        assertThatIllegalStateException().isThrownBy(() -> inner.getByte(0));
        assertThat(slice.getLong(8)).as("closing a slice ends only the slice").isEqualTo(77);
        buffer.close();
        assertThat(slice.isClosed()).isTrue();
    }

    @Test
    void shouldKeepMemoryWhileADeviceMayWrite() {
        final ContiguousBuffer buffer = allocate(4096);
        final ByteBuffer view = buffer.asByteBuffer();
        final DmaLease first = buffer.beginDma();
        final DmaLease second = buffer.slice(0, 8).beginDma();

        buffer.close();

        assertThat(buffer.isClosed()).isTrue();
        assertThatIllegalStateException().isThrownBy(() -> buffer.getByte(0));
        assertThatIllegalStateException().isThrownBy(buffer::beginDma);
        assertThat(machine.libC.mapped).as("memory under DMA").hasSize(1);
        first.close();
        first.close();
        assertThat(machine.libC.mapped).as("memory under DMA").hasSize(1);
        assertThat(view.get(0)).isZero();
        second.close();
        assertThat(machine.libC.mapped).isEmpty();
        assertFaults(() -> view.get(0));
    }

    @Test
    void shouldProveAgainAndSeeWhatMoved() {
        try (ContiguousBuffer buffer = allocate(16 * 4096)) {
            assertThat(buffer.verify().movedSince(buffer.proof())).isEmpty();

            machine.word = page -> FakeMachine.contiguousWord(page == 3 || page == 4 || page == 9 ? page + 1000 : page);
            machine.recordMapping(buffer.address(), buffer.size());

            final ContiguityProof again = buffer.slice(0, 8).verify();
            assertThat(again.isContiguous()).isFalse();
            assertThat(again.movedSince(buffer.proof())).containsExactly(new ByteRange(3 * 4096, 2 * 4096),
                    new ByteRange(9 * 4096, 4096));
        }
    }
}
