// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Buffers that nobody closed, and addresses that somebody may still use. */
class DroppedBufferTest {
    @TempDir
    private Path root;
    private FakeMachine machine;
    private CapturedLog log;

    @BeforeEach
    void start() {
        machine = new FakeMachine(root);
        log = new CapturedLog();
    }

    @AfterEach
    void stop() {
        log.close();
    }

    @Test
    void shouldFreeAndWarnWhenDropped() {
        final long address = machine.request().size(4096).allocate().address();

        assertThat(collectUntil(() -> !levels(address).isEmpty() && machine.libC.mapped.isEmpty())).isTrue();
        assertThat(levels(address)).containsExactly(Level.WARNING);
    }

    @Test
    void shouldNotFreeWhileAViewCanBeReached() {
        final ByteBuffer view = machine.request().size(4096).allocate().asByteBuffer(8, 16).duplicate();

        assertThat(collectUntil(machine.libC.mapped::isEmpty)).isFalse();
        assertThat(view.getLong(0)).isZero();
        assertThat(machine.libC.mapped).hasSize(1);
    }

    @Test
    void shouldNotFreeWhileALongViewCanBeReached() {
        final long size = 3L << 30;
        final ByteBuffer view = machine.request().size(size).allocate().asByteBuffer((1L << 30) - 8, Integer.MAX_VALUE);

        assertThat(collectUntil(machine.libC.mapped::isEmpty)).isFalse();
        assertThat(view.getLong(Integer.MAX_VALUE - 8)).isZero();
    }

    @Test
    void shouldGiveAddressesBackWhenTheLastViewOfAClosedBufferIsGone() {
        ByteBuffer view = closedView();
        assertThat(machine.libC.replaced).hasSize(1);
        assertThat(collectUntil(machine.libC.replaced::isEmpty)).as("a view is left").isFalse();
        assertThat(view.capacity()).isEqualTo(4096);

        view = null;

        final long address = machine.libC.replaced.keySet().iterator().next();
        assertThat(collectUntil(machine.libC.replaced::isEmpty)).isTrue();
        assertThat(levels(address)).isEmpty();
    }

    @Test
    void shouldNeverFreeWhatADeviceMayWriteTo() {
        machine.request().size(4096).allocate().beginDma();
        final long address = machine.libC.mapped.keySet().iterator().next();

        assertThat(collectUntil(() -> !levels(address).isEmpty())).isTrue();
        assertThat(levels(address)).containsExactly(Level.SEVERE);
        assertThat(machine.libC.mapped).hasSize(1);
    }

    @Test
    void shouldSayWhatToDoAboutAPoolThatWasDroppedWithABufferOut() {
        DmaBufferPool.create(machine.request(), PoolLayout.of(4, 64)).acquire().pool().close();
        final long address = machine.libC.mapped.keySet().iterator().next();

        assertThat(collectUntil(() -> !levels(address).isEmpty())).isTrue();
        assertThat(log.records.stream().filter(entry -> entry.getParameters()[0].toString()
                .startsWith("0x" + Long.toHexString(address) + "-")).map(LogRecord::getMessage))
                .singleElement().asString().contains("of a pool: before it was closed and all its buffers released", "(release the buffers)");
        assertThat(machine.libC.mapped).hasSize(1);
    }

    /** Levels of what was logged about a range; buffers that other tests dropped are in the log too. */
    private List<Level> levels(final long address) {
        final String start = "0x" + Long.toHexString(address);
        return log.records.stream().filter(entry -> entry.getParameters()[0].toString().startsWith(start + "-"))
                .map(LogRecord::getLevel).toList();
    }

    private ByteBuffer closedView() {
        try (ContiguousBuffer buffer = machine.request().size(4096).allocate()) {
            return buffer.asByteBuffer();
        }
    }

    /** Collects garbage until something holds or, after a second, does not. */
    private static boolean collectUntil(final BooleanSupplier condition) {
        for (int i = 0; i < 20; i++) {
            System.gc();
            if (condition.getAsBoolean()) {
                return true;
            }
            try {
                Thread.sleep(50);
            } catch (final InterruptedException e) {
                throw new AssertionError(e);
            }
        }
        return condition.getAsBoolean();
    }
}
