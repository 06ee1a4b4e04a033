// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.mapcontig.internal.source.Placement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AllocationRequestTest {
    /** No environment: a request that is refused here must not get as far as a system call. */
    private static AllocationRequest.Builder request() {
        return new AllocationRequest.Builder(new Allocator(() -> {
            throw new AssertionError("the system was asked");
        })).size(4096);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, -4096, Long.MIN_VALUE})
    void shouldRefuseSizeThatIsNotPositive(final long size) {
        assertThatIllegalArgumentException().isThrownBy(() -> request().size(size).allocate())
                .withMessageContaining("size must be greater than 0 bytes: " + size);
    }

    @Test
    void shouldRefuseRequestWithoutSize() {
        assertThatIllegalArgumentException().isThrownBy(() -> ContiguousMemory.request().allocate())
                .withMessageContaining("size must be greater than 0");
        assertThatIllegalArgumentException().isThrownBy(() -> ContiguousMemory.allocate(-5))
                .withMessageContaining("-5");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, 3, 4097, Long.MIN_VALUE})
    void shouldRefuseAlignmentThatIsNoPowerOfTwo(final long alignment) {
        assertThatIllegalArgumentException().isThrownBy(() -> request().alignment(alignment).allocate())
                .withMessageContaining("power of two: " + alignment);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 11, 65})
    void shouldRefuseAddressBitsOutOfRange(final int bits) {
        assertThatIllegalArgumentException().isThrownBy(() -> request().addressBits(bits).allocate())
                .withMessageContaining("from 12 to 64: " + bits);
    }

    @Test
    void shouldRefuseSizeThatOverflowsWhenRounded() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> request().size(Long.MAX_VALUE - 1).alignment(1L << 21).allocate())
                .withMessageContaining("passes 2^63");
    }

    @Test
    void shouldRefuseNullsAndRepeatedOrNoSources() {
        assertThatThrownBy(() -> request().sharing(null).allocate()).hasMessageContaining("sharing must not be null");
        assertThatThrownBy(() -> request().proof(null).allocate()).hasMessageContaining("proof must not be null");
        assertThatThrownBy(() -> request().sources((Source) null).allocate()).hasMessageContaining("source 0 must not be null");
        assertThatThrownBy(() -> request().sources().allocate()).hasMessageContaining("there must be a source");
        assertThatThrownBy(() -> request().sources(Source.MAP_CONTIG, Source.MAP_CONTIG).allocate())
                .hasMessageContaining("each source may be given once");
    }

    @Test
    void shouldKnowTheLastAddressOfADevice() {
        assertThat(Placement.of(request().addressBits(28).build()).lastAddress()).isEqualTo(0xfff_ffffL);
        assertThat(Placement.of(request().addressBits(64).build()).lastAddress()).isEqualTo(-1L);
    }

    @Test
    void shouldSayWhatWasAsked() {
        assertThat(request().size(64 << 20).alignment(2 << 20).addressBits(32).sharing(Sharing.SHARED).build())
                .hasToString("64 MiB (67108864 bytes) of contiguous memory, SHARED, aligned to 2 MiB, within 32 address bits,"
                        + " proof PFN, from [MAP_CONTIG, HUGETLB, DMA_HEAP, U_DMA_BUF, LOCKED]");
    }
}
