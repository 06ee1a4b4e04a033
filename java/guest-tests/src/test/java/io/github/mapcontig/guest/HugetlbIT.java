// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.mapcontig.ContiguousBuffer;
import io.github.mapcontig.ContiguousMemory;
import io.github.mapcontig.ContiguousMemoryException;
import io.github.mapcontig.Extent;
import io.github.mapcontig.Pinning;
import io.github.mapcontig.ProofLevel;
import io.github.mapcontig.Source;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a kernel gives that need not have MAP_CONTIG: huge pages, and neighbors among them. */
@Tag("patched")
@Tag("stock")
class HugetlbIT {
    private static final long PAGE = 4096;
    private static final long MIB = 1 << 20;
    private static final long HUGE = 2 * MIB;
    private static final int POOL = 256;

    private HugePages pool;

    @BeforeEach
    void fillPool() {
        pool = new HugePages(POOL);
    }

    @AfterEach
    void shouldHaveGivenEverythingBack() {
        assertThat(pool.free()).isEqualTo(POOL);
        pool.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {PAGE, MIB, HUGE, 3 * MIB, 16 * MIB, 64 * MIB})
    void shouldBeContiguousAndZeroedAndKeepNoMoreThanItNeeds(final long size) {
        final long huge = (size + HUGE - 1) / HUGE;
        try (ContiguousBuffer buffer = ContiguousMemory.request().size(size).sources(Source.HUGETLB).allocate()) {
            assertThat(buffer.source()).isEqualTo(Source.HUGETLB);
            assertThat(buffer.size()).isEqualTo(size);
            assertThat(buffer.pageSize()).isEqualTo(HUGE);
            assertThat(buffer.proof().level()).isEqualTo(ProofLevel.PFN);
            assertThat(buffer.proof().isContiguous()).isTrue();
            assertThat(buffer.extents()).containsExactly(new Extent(0, buffer.physicalAddress(), size));
            assertThat(buffer.physicalAddress() % HUGE).isZero();
            assertThat(pool.free()).isEqualTo(POOL - huge);
            for (long at = 0; at < size; at += PAGE) {
                assertThat(buffer.getLong(at)).isZero();
                buffer.putLong(at, at ^ 0x5555);
            }
            assertThat(buffer.verify().movedSince(buffer.proof())).isEmpty();
            for (long at = 0; at < size; at += PAGE) {
                assertThat(buffer.getLong(at)).isEqualTo(at ^ 0x5555);
            }
        }
    }

    @Test
    void shouldServeByDefaultWhereTheKernelLacksMapContig() {
        try (ContiguousBuffer buffer = ContiguousMemory.allocate(HUGE)) {
            assertThat(buffer.proof().isContiguous()).isTrue();
            assertThat(buffer.source()).isIn(Source.MAP_CONTIG, Source.HUGETLB);
        }
    }

    @Test
    void shouldStayWhenPinned() {
        try (ContiguousBuffer buffer = ContiguousMemory.request().size(4 * HUGE).pinned(true).sources(Source.HUGETLB)
                .allocate()) {
            Guest.compactMemory();
            assertThat(buffer.verify().pinning()).isEqualTo(Pinning.IO_URING);
            assertThat(buffer.verify().movedSince(buffer.proof())).isEmpty();
        }
    }

    @Test
    void shouldKeepWithinABoundary() {
        try (ContiguousBuffer buffer = ContiguousMemory.request().size(3 * HUGE).boundary(4 * HUGE).alignment(HUGE)
                .sources(Source.HUGETLB).allocate()) {
            final long first = buffer.physicalAddress();
            assertThat(first / (4 * HUGE)).isEqualTo((first + buffer.size() - 1) / (4 * HUGE));
        }
    }

    @Test
    void shouldServeFromTheNodeThatIsAskedFor() {
        try (ContiguousBuffer buffer = ContiguousMemory.request().size(HUGE).node(0).sources(Source.HUGETLB).allocate()) {
            assertThat(buffer.node()).hasValue(0);
        }
        assertThatExceptionOfType(ContiguousMemoryException.class)
                .isThrownBy(() -> ContiguousMemory.request().size(HUGE).node(999).sources(Source.HUGETLB).allocate())
                .withMessageContaining("set_mempolicy failed for node 999").withMessageContaining("EINVAL");
    }

    @Test
    void shouldSayWhatWouldHelpWhenThePoolIsTooSmall() {
        assertThatExceptionOfType(ContiguousMemoryException.class)
                .isThrownBy(() -> ContiguousMemory.request().size(POOL * HUGE + 1).sources(Source.HUGETLB).allocate())
                .withMessageContaining("too few huge pages are free", "256 free of 256 pages of 2 MiB")
                .withMessageContaining("echo 257 | sudo tee /sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages");
    }
}
