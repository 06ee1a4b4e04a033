// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.internal.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IommuStateTest {
    @TempDir
    private Path root;

    /** nanoTime may start anywhere, and pass the greatest number. */
    @ParameterizedTest
    @ValueSource(longs = {0, -5, Long.MAX_VALUE - 10, Long.MIN_VALUE})
    void shouldAskOnceInATenthOfASecond(final long start) {
        final AtomicLong now = new AtomicLong(start);
        final AtomicInteger asked = new AtomicInteger();
        final IommuState state = new IommuState(() -> asked.incrementAndGet() > 0, now::get);

        assertThat(state.translates()).isTrue();
        now.addAndGet(IommuState.KEPT - 1);
        assertThat(state.translates()).isTrue();
        assertThat(asked).hasValue(1);
        now.addAndGet(1);
        assertThat(state.translates()).isTrue();
        assertThat(asked).hasValue(2);
    }

    @Test
    void shouldSeeGroupsThatComeChangeAndGo() throws IOException {
        final AtomicLong now = new AtomicLong();
        final KernelFiles files = new KernelFiles(root);
        final IommuState state = new IommuState(files::iommuTranslates, now::get);
        assertThat(state.translates()).isFalse();
        final Path type = Files.createDirectories(root.resolve("sys/kernel/iommu_groups/0")).resolve("type");

        Files.writeString(type, "DMA-FQ\n");
        now.addAndGet(IommuState.KEPT);
        assertThat(state.translates()).as("a device was plugged in").isTrue();
        Files.writeString(type, "identity\n");
        now.addAndGet(IommuState.KEPT);
        assertThat(state.translates()).as("root has changed its type").isFalse();
        Files.writeString(type, "DMA\n");
        now.addAndGet(IommuState.KEPT);
        assertThat(state.translates()).isTrue();
        Files.delete(type);
        Files.delete(type.getParent());
        now.addAndGet(IommuState.KEPT);
        assertThat(state.translates()).as("it was pulled out").isFalse();
    }
}
