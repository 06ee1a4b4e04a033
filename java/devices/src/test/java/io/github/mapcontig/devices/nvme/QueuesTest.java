// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.devices.nvme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The two rings, entry by entry. */
class QueuesTest {
    private final List<Integer> doorbell = new ArrayList<>();

    private static ByteBuffer memory(final int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Test
    void shouldFillAllButOneEntryAndGoRound() {
        final ByteBuffer ring = memory(4 * 64);
        final SubmissionQueue queue = new SubmissionQueue(ring, doorbell::add);
        for (int identifier = 0; identifier < 3; identifier++) {
            queue.put(Command.flush(7), identifier, DataPointer.NONE);
        }
        assertThat(doorbell).containsExactly(1, 2, 3);
        assertThat(queue.isFull()).isTrue();
        assertThatIllegalStateException().isThrownBy(() -> queue.put(Command.flush(7), 3, DataPointer.NONE));

        queue.readUpTo(2);
        queue.put(Command.flush(7), 3, DataPointer.NONE);
        queue.put(Command.flush(7), 4, DataPointer.NONE);
        assertThat(queue.isFull()).isTrue();
        assertThat(doorbell).containsExactly(1, 2, 3, 0, 1);
        assertThat(ring.getInt(3 * 64) >>> 16).isEqualTo(3);
        assertThat(ring.getInt(0) >>> 16).isEqualTo(4);
        assertThat(queue.capacity()).isEqualTo(3);
    }

    private static void post(final ByteBuffer ring, final int index, final int identifier, final int phase) {
        ring.putInt(index * 16, 0x1000 + identifier);
        ring.putInt(index * 16 + 8, identifier % 5);
        ring.putInt(index * 16 + 12, 0x80 << 17 | phase << 16 | identifier);
    }

    @Test
    void shouldTakeEachEntryOnceWhicheverRoundItIs() {
        final ByteBuffer ring = memory(3 * 16);
        final CompletionQueue queue = new CompletionQueue(ring, doorbell::add);
        int phase = 1;
        for (int number = 0; number < 20; number++) {
            assertThat(queue.poll()).as("nothing new before %d", number).isNull();
            post(ring, number % 3, number, phase);
            assertThat(queue.poll()).isEqualTo(new CompletionEntry(0x1000 + number, number % 5, number, new NvmeStatus(0, 0x80)));
            queue.acknowledge();
            phase ^= number % 3 == 2 ? 1 : 0;
        }
        assertThat(queue.poll()).isNull();
        assertThat(doorbell).startsWith(1, 2, 0, 1, 2, 0).hasSize(20);
    }
}
