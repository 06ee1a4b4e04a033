// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.mapcontig.ContiguousBuffer;
import io.github.mapcontig.ContiguousMemory;
import io.github.mapcontig.ContiguousMemoryException;
import io.github.mapcontig.CpuAccess;
import io.github.mapcontig.DmaDirection;
import io.github.mapcontig.Extent;
import io.github.mapcontig.Pinning;
import io.github.mapcontig.ProofLevel;
import io.github.mapcontig.Source;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The sources of last resort, which every kernel has: a CMA heap, whose promise has to do, and ordinary pages. */
@Tag("patched")
@Tag("stock")
class OtherSourcesIT {
    private static final long PAGE = 4096;
    private static final long MIB = 1 << 20;

    @Test
    void shouldGiveADmaBufWithoutAnAddress() {
        try (ContiguousBuffer buffer = ContiguousMemory.request().size(8 * MIB).proof(ProofLevel.NONE)
                .sources(Source.DMA_HEAP).allocate()) {
            assertThat(buffer.proof().level()).isEqualTo(ProofLevel.NONE);
            assertThat(buffer.proof().reason().orElseThrow()).contains("VM_PFNMAP", "promises");
            assertThat(buffer.proof().pinning()).isEqualTo(Pinning.UNMOVABLE);
            assertThat(buffer.descriptor()).isPresent();
            assertThat(buffer.extents()).isEmpty();
            assertThatThrownBy(buffer::physicalAddress).isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("VM_PFNMAP");
            for (long at = 0; at < buffer.size(); at += PAGE) {
                assertThat(buffer.getLong(at)).isZero();
            }
            try (CpuAccess access = buffer.cpuAccess(DmaDirection.TO_DEVICE)) {
                assertThat(access).isNotNull();
                buffer.putLong(8 * MIB - 8, 42);
            }
            assertThat(buffer.getLong(8 * MIB - 8)).isEqualTo(42);
        }
        assertThat(Guest.mappings("dmabuf")).isZero();
    }

    @Test
    void shouldRefuseADmaBufToWhoWantsProof() {
        assertThatExceptionOfType(ContiguousMemoryException.class)
                .isThrownBy(() -> ContiguousMemory.request().size(MIB).sources(Source.DMA_HEAP).allocate())
                .withMessageContaining("pagemap shows no such memory");
    }

    @Test
    void shouldGiveLockedPagesAsAListThatHolds() {
        final long before = Guest.locked();
        try (ContiguousBuffer buffer = ContiguousMemory.request().size(32 * MIB).maxExtents(8192).pinned(true)
                .sources(Source.LOCKED).allocate()) {
            assertThat(Guest.locked()).isEqualTo(before + 32 * MIB);
            assertThat(buffer.proof().pinning()).isEqualTo(Pinning.IO_URING);
            assertThat(buffer.extents().stream().mapToLong(Extent::length).sum()).isEqualTo(32 * MIB);

            Guest.compactMemory();

            assertThat(buffer.verify().movedSince(buffer.proof())).isEmpty();
            for (final Extent extent : buffer.extents()) {
                assertThat(buffer.physicalAddress(extent.offset())).isEqualTo(extent.physicalAddress());
                assertThat(buffer.physicalAddress(extent.endOffset() - 1)).isEqualTo(extent.lastPhysicalAddress());
            }
        }
        assertThat(Guest.locked()).isEqualTo(before);
    }

    @Test
    void shouldRefuseLockedPagesToWhoWantsOneExtent() {
        assertThatExceptionOfType(ContiguousMemoryException.class)
                .isThrownBy(() -> ContiguousMemory.request().size(MIB).sources(Source.LOCKED).allocate())
                .withMessageContaining("ordinary memory is not contiguous").withMessageContaining(".maxExtents(n)");
    }

    @Test
    void shouldSayThatThereIsNoUDmaBufDevice() {
        assertThatExceptionOfType(ContiguousMemoryException.class)
                .isThrownBy(() -> ContiguousMemory.request().size(MIB).sources(Source.U_DMA_BUF).allocate())
                .withMessageContaining("there is no u-dma-buf device").withMessageContaining("modprobe u-dma-buf");
    }
}
