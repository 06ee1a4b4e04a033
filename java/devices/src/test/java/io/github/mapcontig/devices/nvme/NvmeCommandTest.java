// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.devices.nvme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.mapcontig.AddressKind;
import io.github.mapcontig.ContiguousBuffer;
import io.github.mapcontig.devices.pci.DmaMapping;
import java.util.Objects;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused before any controller hears of it. */
class NvmeCommandTest {
    private static final long SIZE = 1 << 20;
    private static final NvmeNamespace NAMESPACE = new NvmeNamespace(1, 512, 1000, 0, 64);

    /**
     * Memory that is nowhere.
     *
     * @param place address of an offset
     */
    private record Nowhere(LongUnaryOperator place) implements DmaMapping {
        @Override
        public long contiguousFrom(final long offset) {
            throw new AssertionError("only the first address is needed");
        }

        @Override
        public ContiguousBuffer buffer() {
            throw new AssertionError("only addresses are needed");
        }

        @Override
        public long address(final long offset) {
            return place.applyAsLong(Objects.checkIndex(offset, SIZE));
        }

        @Override
        public AddressKind addressKind() {
            return AddressKind.PHYSICAL;
        }

        @Override
        public void close() {
            // nothing to do
        }
    }

    private static final DmaMapping MEMORY = new Nowhere(offset -> 0x10000 + offset);

    @Test
    void shouldTakeWhatFitsJustSo() {
        assertThat(NvmeCommand.read(NAMESPACE, 936, 64, MEMORY, SIZE - 64 * 512)).hasToString("Read of 64 blocks at 936 in namespace 1");
        assertThat(NvmeCommand.write(NAMESPACE, 0, 1, MEMORY, 4).length()).isEqualTo(512);
        assertThat(NvmeCommand.flush(NAMESPACE)).hasToString("Flush in namespace 1");
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 65, 65536, Integer.MAX_VALUE})
    void shouldRefuseNumbersOfBlocks(final int blocks) {
        assertThatIllegalArgumentException().isThrownBy(() -> NvmeCommand.read(NAMESPACE, 0, blocks, MEMORY, 0))
                .withMessageContaining("one command moves 1 to 64 blocks of namespace 1: " + blocks);
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, -1, 999, 1000, Long.MAX_VALUE})
    void shouldRefuseBlocksOutside(final long lba) {
        assertThatThrownBy(() -> NvmeCommand.write(NAMESPACE, lba, 2, MEMORY, 0)).isInstanceOf(IndexOutOfBoundsException.class)
                .hasMessageContaining("namespace 1 has 1000 blocks");
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, -4, SIZE - 508, SIZE, 1L << 40})
    void shouldRefuseBytesOutside(final long offset) {
        assertThatThrownBy(() -> NvmeCommand.read(NAMESPACE, 0, 1, MEMORY, offset)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 511})
    void shouldRefuseOddAddresses(final long offset) {
        assertThatIllegalArgumentException().isThrownBy(() -> NvmeCommand.read(NAMESPACE, 0, 1, MEMORY, offset))
                .withMessageContaining("multiple of 4");
    }

    @Test
    void shouldRefuseMetadata() {
        final NvmeNamespace other = new NvmeNamespace(1, 512, 1000, 8, 64);
        assertThatIllegalArgumentException().isThrownBy(() -> NvmeCommand.read(other, 0, 1, MEMORY, 0)).withMessageContaining("metadata");
    }
}
