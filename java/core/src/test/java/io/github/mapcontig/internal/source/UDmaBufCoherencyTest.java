// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.internal.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mapcontig.DmaDirection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sizes that no test can map. */
class UDmaBufCoherencyTest {
    private static final long START = 1L << 40;
    private static final int EOVERFLOW = 75;

    @TempDir
    private Path folder;

    @Test
    void shouldSyncMoreThanOneCommandHolds() throws IOException {
        final UDmaBufCoherency coherency = new UDmaBufCoherency(folder, START);

        assertThat(coherency.beginCpuAccess(START, 0x1_0000_0000L, DmaDirection.BIDIRECTIONAL)).isZero();

        assertThat(Files.readString(folder.resolve("sync_for_cpu"))).as("the last command").isEqualTo("0xFFFFFFF000000011");
    }

    @Test
    void shouldRefuseOffsetsThatNoCommandHolds() {
        final UDmaBufCoherency coherency = new UDmaBufCoherency(folder, START);

        assertThat(coherency.endCpuAccess(START + 0x1_0000_0000L, 16, DmaDirection.TO_DEVICE)).isEqualTo(EOVERFLOW);
        assertThat(folder.resolve("sync_for_device")).doesNotExist();
    }
}
