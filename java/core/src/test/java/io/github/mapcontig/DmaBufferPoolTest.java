// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.mapcontig.internal.platform.Platform;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DmaBufferPoolTest {
    private static final long PHYSICAL = FakeMachine.FIRST_PFN * 4096;

    @TempDir
    private Path root;
    private FakeMachine machine;

    @BeforeEach
    void start() {
        machine = new FakeMachine(root);
    }

    @Test
    void shouldHandOutEachBufferOnce() {
        try (DmaBufferPool pool = pool(5, 2048)) {
            final PooledBuffer[] taken = new PooledBuffer[5];
            for (int i = 0; i < taken.length; i++) {
                taken[i] = pool.acquire();
                assertThat(taken[i].index()).isEqualTo(i);
                assertThat(taken[i].physicalAddress()).isEqualTo(PHYSICAL + i * 2048L);
                assertThat(taken[i].address() - taken[0].address()).isEqualTo(i * 2048L);
                assertThat(taken[i].size()).isEqualTo(2048);
                assertThat(pool.get(i)).isSameAs(taken[i]);
            }
            assertThat(pool.tryAcquire()).isNull();
            assertThatIllegalStateException().isThrownBy(pool::acquire).withMessageContaining("all 5 buffers of the pool are out");
            assertThat(pool.outstanding()).isEqualTo(5);
            taken[3].release();
            assertThat(pool.acquire()).as("last in, first out").isSameAs(taken[3]);
            for (final PooledBuffer buffer : taken) {
                buffer.release();
            }
            assertThat(pool.outstanding()).isZero();
        }
        assertThat(machine.libC.mapped).isEmpty();
    }

    @Test
    void shouldTakeOneHugePageForWhatOneHolds() {
        machine.addHugePages(2 << 20, 1L << 33);
        for (final PoolLayout layout : new PoolLayout[] {PoolLayout.of(1024, 2048).within(4096),
            PoolLayout.of(512, 4096).alignedTo(4096).within(4096)}) {
            try (DmaBufferPool pool = DmaBufferPool.create(machine.request().sources(Source.HUGETLB), layout)) {
                assertThat(pool.range().size()).isEqualTo(2 << 20);
                assertThat(pool.get(layout.count() - 1).physicalAddress()).isEqualTo((1L << 33) + (2 << 20) - layout.bufferSize());
            }
        }
    }

    @Test
    void shouldShowItsMemory() {
        final DmaBufferPool pool = pool(64, 128);
        final PooledBuffer buffer = pool.acquire();
        final PooledBuffer second = pool.acquire();
        try (ContiguousBuffer range = pool.range()) {
            assertThat(range.source()).isEqualTo(Source.MAP_CONTIG);
            assertThat(range.verify().movedSince(range.proof())).isEmpty();
            assertThat(second.offset()).isEqualTo(128);
            assertThat(range.physicalAddress(second.offset())).isEqualTo(second.physicalAddress());
            range.putLong(second.offset() + 8, 42);
            assertThat(second.getLong(8)).isEqualTo(42);
        }
        assertThat(pool.range().isClosed()).as("closing the slice ends the slice").isFalse();
        assertThat(buffer.getLong(0)).isZero();
        pool.close();
        assertThat(pool.range().size()).as("while buffers are out").isEqualTo(8192);
        pool.release(buffer);
        pool.release(second);
        assertThatIllegalStateException().isThrownBy(pool::range).withMessageContaining("closed");
    }

    @Test
    void shouldTellOffsetsInASlice() {
        try (ContiguousBuffer all = machine.request().size(8192).allocate();
             DmaBufferPool pool = DmaBufferPool.over(all.slice(100, 8000), PoolLayout.of(4, 64))) {
            final PooledBuffer buffer = pool.get(1);
            assertThat(pool.range().physicalAddress(buffer.offset())).isEqualTo(buffer.physicalAddress()).isEqualTo(PHYSICAL + 192);
        }
    }

    @Test
    void shouldSyncTheBufferAlone() {
        final FakeMachine arm = new FakeMachine(root.resolve("arm"), new Platform("Linux", "aarch64"));
        final DmaBufferPool pool = DmaBufferPool.create(arm.request(), PoolLayout.of(4, 128));
        final CpuAccess access = pool.get(2).cpuAccess(DmaDirection.FROM_DEVICE);
        pool.close();
        assertThat(arm.libC.mapped).as("while the access is open").hasSize(1);
        access.close();
        assertThat(arm.libC.mapped).isEmpty();
        assertThat(arm.shims.caches).containsExactly("invalidate 128", "clean 128");
    }

    @Test
    void shouldTellNoAddressOnceTheMemoryIsGone() {
        final DmaBufferPool pool = pool(3, 64);
        final PooledBuffer buffer = pool.acquire();
        pool.close();
        assertThat(buffer.physicalAddress()).as("it is out still").isEqualTo(PHYSICAL);
        buffer.release();

        assertThatIllegalStateException().isThrownBy(buffer::physicalAddress).withMessageContaining("the pool is closed");
        assertThatIllegalStateException().isThrownBy(buffer::address).withMessageContaining("the pool is closed");
        assertThatIllegalStateException().isThrownBy(() -> buffer.cpuAccess(DmaDirection.TO_DEVICE)).withMessageContaining("closed");
        assertThat(buffer.toString()).contains("PooledBuffer 0");
    }

    @Test
    void shouldRefuseIndexesAndRequestsThatCanNotBeMeant() {
        try (DmaBufferPool pool = pool(4, 64)) {
            assertThatThrownBy(() -> pool.get(4)).isInstanceOf(IndexOutOfBoundsException.class)
                    .hasMessage("the pool has the buffers 0 to 3: 4");
            assertThatThrownBy(() -> pool.get(-1)).isInstanceOf(IndexOutOfBoundsException.class).hasMessageContaining("0 to 3: -1");
        }
        machine.libC.calls.clear();
        assertThatIllegalArgumentException().isThrownBy(() -> DmaBufferPool.create(machine.request().maxExtents(4), PoolLayout.of(4, 64)))
                .withMessageContaining("leave out .maxExtents(4)");
        assertThat(machine.libC.calls).isEmpty();
    }

    @Test
    void shouldReachItsOwnBytesAndNoOthers() {
        try (ContiguousBuffer range = machine.request().size(8192).allocate();
             DmaBufferPool pool = DmaBufferPool.over(range, PoolLayout.of(64, 128))) {
            for (int i = 0; i < 64; i++) {
                final PooledBuffer buffer = pool.acquire();
                buffer.putLong(120, ~i);
                buffer.putInt(4, i);
                buffer.putByte(0, (byte) i);
            }
            for (int i = 0; i < 64; i++) {
                final PooledBuffer buffer = pool.get(i);
                assertThat(buffer.getLong(120)).isEqualTo(~i).isEqualTo(range.getLong(i * 128L + 120));
                assertThat(buffer.getInt(4)).isEqualTo(i).isEqualTo(range.getInt(i * 128L + 4));
                assertThat(buffer.getByte(0)).isEqualTo((byte) i).isEqualTo(buffer.asByteBuffer().get(0));
                assertThatThrownBy(() -> buffer.getLong(121)).isInstanceOf(IndexOutOfBoundsException.class);
                assertThatThrownBy(() -> buffer.putByte(-1, (byte) 0)).isInstanceOf(IndexOutOfBoundsException.class);
                assertThatThrownBy(() -> buffer.asByteBuffer().get(128)).isInstanceOf(IndexOutOfBoundsException.class);
                buffer.release();
            }
        }
    }

    @Test
    void shouldGiveTheSameByteBufferResetEachTime() {
        try (DmaBufferPool pool = pool(1, 64)) {
            final PooledBuffer buffer = pool.acquire();
            final ByteBuffer view = buffer.asByteBuffer();
            view.position(3).limit(5).order(ByteOrder.BIG_ENDIAN);
            assertThat(buffer.getLong(56)).as("not stopped by the view's limit").isZero();

            assertThat(buffer.asByteBuffer()).isSameAs(view);
            assertThat(view.position()).isZero();
            assertThat(view.limit()).isEqualTo(64);
            assertThat(view.order()).isEqualTo(ByteOrder.nativeOrder());
            buffer.release();
        }
    }

    @Test
    void shouldTakeAndGiveBatches() {
        try (DmaBufferPool pool = pool(10, 64)) {
            final PooledBuffer[] taken = new PooledBuffer[12];
            assertThat(pool.acquire(taken, 1, 4)).isEqualTo(4);
            assertThat(taken[0]).isNull();
            assertThat(pool.acquire(taken, 5, 7)).as("what is left").isEqualTo(6);
            assertThat(pool.acquire(taken, 0, 1)).isZero();
            assertThat(pool.acquire(taken, 0, 0)).isZero();
            assertThat(Arrays.stream(taken, 1, 11).mapToInt(PooledBuffer::index)).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);

            pool.release(taken, 3, 5);
            assertThat(pool.outstanding()).isEqualTo(5);
            assertThat(pool.acquire()).isSameAs(taken[3]);
            taken[3].release();
            pool.release(taken, 1, 2);
            pool.release(taken, 8, 3);
            pool.release(taken, 12, 0);
            assertThat(pool.outstanding()).isZero();
            assertThatThrownBy(() -> pool.acquire(taken, 10, 3)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> pool.release(taken, -1, 3)).isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void shouldRefuseDoubleAndForeignRelease() {
        try (DmaBufferPool pool = pool(4, 64); DmaBufferPool other = pool(4, 64)) {
            final PooledBuffer buffer = pool.acquire();
            buffer.release();
            assertThatIllegalStateException().isThrownBy(buffer::release).withMessageContaining("released already");
            assertThatIllegalStateException().as("never acquired").isThrownBy(pool.get(3)::release);
            final PooledBuffer foreign = other.acquire();
            assertThatIllegalArgumentException().isThrownBy(() -> pool.release(foreign)).withMessageContaining("another pool");
            assertThat(pool.outstanding()).isZero();
            foreign.release();
            assertThat(pool.acquire(new PooledBuffer[4], 0, 4)).as("all are there, none twice").isEqualTo(4);
            for (int i = 0; i < 4; i++) {
                pool.get(i).release();
            }
        }
        assertThat(machine.libC.mapped).isEmpty();
    }

    @Test
    void shouldReleaseWhatIsBeforeTheBadOneInABatch() {
        try (DmaBufferPool pool = pool(4, 64)) {
            final PooledBuffer[] taken = new PooledBuffer[4];
            pool.acquire(taken, 0, 4);
            final PooledBuffer[] bad = {taken[0], taken[1], taken[0], taken[2]};

            assertThatIllegalStateException().isThrownBy(() -> pool.release(bad, 0, 4)).withMessageContaining("PooledBuffer 0");

            assertThat(pool.outstanding()).isEqualTo(2);
            assertThat(pool.acquire()).isSameAs(taken[0]);
            pool.release(taken, 0, 1);
            pool.release(taken, 2, 2);
            assertThat(pool.outstanding()).isZero();
        }
    }

    @Test
    void shouldKeepMemoryUntilTheLastBufferIsBack() {
        final DmaBufferPool pool = pool(3, 64);
        final PooledBuffer first = pool.acquire();
        final PooledBuffer second = pool.acquire();

        pool.close();
        pool.close();

        assertThat(pool.isClosed()).isTrue();
        assertThat(pool).hasToString("DmaBufferPool of 3 buffers of 64 bytes, 2 out, closed");
        assertThatIllegalStateException().isThrownBy(pool::tryAcquire).withMessageContaining("the pool is closed");
        assertThatIllegalStateException().isThrownBy(() -> pool.acquire(new PooledBuffer[1], 0, 1));
        first.release();
        assertThatIllegalStateException().isThrownBy(first::release);
        second.putLong(0, 1);
        assertThat(machine.libC.mapped).as("a device may write to the second").hasSize(1);
        second.release();
        assertThat(machine.libC.mapped).isEmpty();
        assertThat(Faults.of(() -> second.getLong(0))).isInstanceOf(InternalError.class);
    }

    @Test
    void shouldKeepTheRangeOfAnotherUntilThePoolHasEnded() {
        final ContiguousBuffer range = machine.request().size(8192).allocate();
        final DmaBufferPool pool = DmaBufferPool.over(range.slice(100, 8000), PoolLayout.of(4, 64));
        final PooledBuffer buffer = pool.acquire();
        assertThat(buffer.physicalAddress()).isEqualTo(PHYSICAL + 128);
        assertThat(buffer.address()).isEqualTo(range.address() + 128);

        range.close();
        buffer.putInt(0, 7);
        assertThat(buffer.getInt(0)).isEqualTo(7);
        buffer.release();
        assertThat(machine.libC.mapped).hasSize(1);
        pool.close();
        assertThat(machine.libC.mapped).isEmpty();
    }

    @Test
    void shouldLeaveTheRangeOfAnotherOpen() {
        try (ContiguousBuffer range = machine.request().size(4096).allocate()) {
            DmaBufferPool.over(range, PoolLayout.of(4, 64)).close();
            assertThat(range.isClosed()).isFalse();
            assertThat(range.getLong(0)).isZero();
        }
        assertThat(machine.libC.mapped).isEmpty();
    }

    @Test
    void shouldKeepMemoryThatCanNotBeFreedAndFreeItLater() {
        final DmaBufferPool pool = pool(3, 64);
        machine.libC.failingCall = machine.libC.calls.size();

        assertThatIllegalStateException().isThrownBy(pool::close).withMessageContaining("close again");
        assertThat(machine.libC.mapped).hasSize(1);
        pool.close();
        assertThat(machine.libC.mapped).isEmpty();
    }

    @Test
    void shouldReleaseTheRangeWhenThePoolCanNotBeMade() {
        machine.word = page -> PagemapEntry.PRESENT;

        assertThatIllegalArgumentException().isThrownBy(() -> DmaBufferPool.create(
                machine.request().proof(ProofLevel.NONE), PoolLayout.of(3, 64).within(1 << 20)))
                .withMessageContaining("without a proof");
        assertThat(machine.libC.mapped).isEmpty();
    }

    @Test
    void shouldRefuseAClosedRangeAndOneThatIsTooShort() {
        final ContiguousBuffer range = machine.request().size(4096).allocate();
        assertThatIllegalArgumentException().isThrownBy(() -> DmaBufferPool.over(range, PoolLayout.of(65, 64)));
        range.close();
        assertThat(machine.libC.mapped).as("no lease stayed").isEmpty();
        assertThatIllegalStateException().isThrownBy(() -> DmaBufferPool.over(range, PoolLayout.of(1, 64)));
    }

    @Test
    void shouldTakeOneExtentOfScatteredMemory() {
        machine.word = page -> PagemapEntry.PRESENT | FakeMachine.FIRST_PFN + 2 * page;
        try (ContiguousBuffer range = machine.request().size(8192).maxExtents(2).sources(Source.LOCKED).allocate()) {
            assertThatIllegalArgumentException().isThrownBy(() -> DmaBufferPool.over(range, PoolLayout.of(4, 64)))
                    .withMessageContaining("the range has 2");
            try (DmaBufferPool pool = DmaBufferPool.over(range.slice(4096, 4096), PoolLayout.of(4, 64))) {
                assertThat(pool.get(1).physicalAddress()).isEqualTo(PHYSICAL + 8192 + 64);
            }
        }
    }

    @Test
    void shouldDoWithoutPhysicalAddresses() {
        machine.word = page -> PagemapEntry.PRESENT;
        try (DmaBufferPool pool = DmaBufferPool.create(machine.request().proof(ProofLevel.NONE), PoolLayout.of(3, 1536).within(4096))) {
            assertThat(pool.hasPhysicalAddresses()).isFalse();
            assertThat(pool.get(2).address() - pool.get(0).address()).isEqualTo(4096);
            assertThatIllegalStateException().isThrownBy(pool.get(0)::physicalAddress).withMessageContaining("without a proof of it");
        }
    }

    @Test
    void shouldReachBuffersOfALargeRange() {
        try (DmaBufferPool pool = pool(5, 1 << 30)) {
            final PooledBuffer last = pool.get(4);
            last.putLong((1 << 30) - 8, 42);
            assertThat(last.asByteBuffer().getLong((1 << 30) - 8)).isEqualTo(42);
            assertThat(last.physicalAddress()).isEqualTo(PHYSICAL + (4L << 30));
        }
    }

    private DmaBufferPool pool(final int count, final int size) {
        return DmaBufferPool.create(machine.request(), PoolLayout.of(count, size));
    }
}
