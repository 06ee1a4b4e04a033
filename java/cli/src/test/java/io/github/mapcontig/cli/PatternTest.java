// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class PatternTest {
    private final ByteBuffer memory = ByteBuffer.allocate(8192);

    @Test
    void shouldNoticeASingleWrongByteAndPagesInEachOthersPlace() {
        Pattern.write(memory.capacity(), (offset, number) -> memory.putLong((int) offset, number));

        assertThat(Pattern.check(memory.capacity(), offset -> memory.getLong((int) offset))).isTrue();
        assertThat(Pattern.check(memory.capacity(), offset -> memory.getLong((int) offset ^ 4096))).isFalse();
        memory.put(8191, (byte) (memory.get(8191) ^ 1));
        assertThat(Pattern.check(memory.capacity(), offset -> memory.getLong((int) offset))).isFalse();
    }
}
