// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.mapcontig.internal.source.Placement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
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
                .withMessageContaining("no size was given: .size(BYTES)");
        assertThatIllegalArgumentException().isThrownBy(() -> ContiguousMemory.allocate(-5))
                .withMessageContaining("-5");
        assertThatIllegalArgumentException().isThrownBy(() -> ContiguousMemory.allocate(2048 << 20))
                .withMessage("size must be greater than 0 bytes: -2147483648 (if an int overflowed, write 2048L << 20)");
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
    void shouldRefuseMoreThanTheDeviceReaches() {
        assertThatIllegalArgumentException().isThrownBy(() -> request().size((1 << 20) + 1).addressBits(20).allocate())
                .withMessageContaining("1048577 bytes are more than the device reaches with 20 address bits");
        assertThat(request().size(1 << 20).addressBits(20).build().size()).isEqualTo(1 << 20);
        assertThat(request().size(Long.MAX_VALUE - 1).addressBits(63).build().addressBits()).isEqualTo(63);
        assertThatIllegalArgumentException().isThrownBy(() -> request().size((1L << 62) + 1).addressBits(62).allocate());
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, -4096, 12288, Long.MIN_VALUE})
    void shouldRefuseBoundaryThatIsNoPowerOfTwo(final long boundary) {
        assertThatIllegalArgumentException().isThrownBy(() -> request().boundary(boundary).allocate())
                .withMessageContaining("boundary must be a power of two, or 0 for none: " + boundary);
    }

    @Test
    void shouldRefuseBoundariesThatNothingCanKeep() {
        assertThatIllegalArgumentException().isThrownBy(() -> request().boundary(2048).allocate())
                .withMessageContaining("boundary must be a page of 4096 at least: 2048");
        assertThatIllegalArgumentException().isThrownBy(() -> request().alignment(16384).boundary(8192).allocate())
                .withMessageContaining("alignment 16384 is more than the boundary 8192");
        assertThatIllegalArgumentException().isThrownBy(() -> request().size(8193).boundary(8192).allocate())
                .withMessageContaining("8193 bytes are longer than the boundary 8192")
                .withMessageContaining("a larger boundary, or .maxExtents(n)");
        assertThat(request().size(8192).boundary(8192).build().boundary()).isEqualTo(8192);
        assertThat(request().size(8193).boundary(8192).maxExtents(2).build().maxExtents()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 1024, Integer.MAX_VALUE})
    void shouldRefuseNodesThatNoKernelHas(final int node) {
        assertThatIllegalArgumentException().isThrownBy(() -> request().node(node).allocate())
                .withMessageContaining("a NUMA node is a number from 0 to 1023: " + node);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1})
    void shouldRefuseLessThanOneExtent(final int extents) {
        assertThatIllegalArgumentException().isThrownBy(() -> request().maxExtents(extents).allocate())
                .withMessageContaining("max extents must be 1 or more, and 1 for contiguous memory: " + extents);
    }

    @ParameterizedTest
    @EnumSource(value = ProofLevel.class, names = "PFN", mode = EnumSource.Mode.EXCLUDE)
    void shouldRefuseExtentsThatCanNotBeTold(final ProofLevel level) {
        assertThatIllegalArgumentException().isThrownBy(() -> request().maxExtents(2).proof(level).allocate())
                .withMessageContaining("a list of extents can not be told without page frame numbers: proof " + level);
    }

    @ParameterizedTest
    @EnumSource
    void shouldTakeAnyNumberOfExtentsWithoutAList(final ProofLevel level) {
        assertThat(request().size(4096).maxExtents(AllocationRequest.ANY_EXTENTS).proof(level).build()).asString()
                .contains("in any number of extents", "proof " + level);
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
        assertThatThrownBy(() -> request().proof(null).maxExtents(2).allocate()).hasMessageContaining("proof must not be null");
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
        assertThat(request().boundary(65536).node(1).maxExtents(4).pinned(true).sources(Source.LOCKED).build())
                .hasToString("4 KiB (4096 bytes) of memory in at most 4 extents, PRIVATE, crossing no boundary of 64 KiB, of node 1,"
                        + " pinned, proof PFN, from [LOCKED]");
    }
}
