// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

import static io.github.mapcontig.FakeMachine.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** MAP_CONTIG memory that is to lie in a certain way: more is mapped, and what is too much is given back. */
class MapContigPlacementTest {
    private static final long MIB = 1L << 20;
    private static final long GIB = 1L << 30;

    @TempDir
    private Path root;
    private FakeMachine machine;

    @BeforeEach
    void start() {
        machine = new FakeMachine(root);
    }

    @AfterEach
    void shouldLeaveNothingMapped() {
        assertThat(machine.libC.mapped).isEmpty();
    }

    private void placeMappingsAt(final long physicalAddress) {
        machine.word = page -> PagemapEntry.PRESENT | physicalAddress / 4096 + page;
    }

    private AllocationRequest.Builder request(final long size) {
        return machine.request().size(size).sources(Source.MAP_CONTIG);
    }

    @Test
    void shouldMapNoMoreThanNeededWhereTheKernelAligns() {
        try (ContiguousBuffer buffer = request(4 * MIB).alignment(2 * MIB).allocate()) {
            assertThat(buffer.size()).isEqualTo(4 * MIB);
            assertThat(machine.libC.calls).doesNotContain("munmap");
        }
        try (ContiguousBuffer buffer = request(MIB).boundary(2 * MIB).allocate()) {
            assertThat(buffer.size()).isEqualTo(MIB);
            assertThat(machine.libC.calls).doesNotContain("munmap");
        }
    }

    @Test
    void shouldAlignToMoreThanTheKernelDoes() {
        placeMappingsAt(GIB + 2 * MIB);

        try (ContiguousBuffer buffer = request(4 * MIB).alignment(4 * MIB).allocate()) {
            assertThat(buffer.physicalAddress()).isEqualTo(GIB + 4 * MIB);
            assertThat(machine.libC.mapped).containsExactly(entry(buffer.address(), 4 * MIB));
        }
    }

    @Test
    void shouldGiveBackTheEndIfTheStartIsAligned() {
        placeMappingsAt(GIB);

        try (ContiguousBuffer buffer = request(8 * MIB).alignment(8 * MIB).allocate()) {
            assertThat(buffer.physicalAddress()).isEqualTo(GIB);
            assertThat(machine.libC.mapped).containsExactly(entry(buffer.address(), 8 * MIB));
        }
    }

    @Test
    void shouldGiveBackBothSidesOfWhatIsAligned() {
        placeMappingsAt(GIB - 2 * MIB);

        try (ContiguousBuffer buffer = request(8 * MIB).alignment(8 * MIB).allocate()) {
            assertThat(buffer.physicalAddress()).isEqualTo(GIB);
            assertThat(machine.libC.mapped).containsExactly(entry(buffer.address(), 8 * MIB));
        }
    }

    @Test
    void shouldStepOverABoundary() {
        placeMappingsAt(GIB - 2 * MIB);

        try (ContiguousBuffer buffer = request(6 * MIB).boundary(8 * MIB).allocate()) {
            assertThat(buffer.physicalAddress()).isEqualTo(GIB);
            assertThat(Ranges.sum(machine.libC.mapped)).isEqualTo(6 * MIB);
        }
    }

    @Test
    void shouldStayWhereNoBoundaryIsCrossed() {
        placeMappingsAt(GIB + 2 * MIB);

        try (ContiguousBuffer buffer = request(6 * MIB).boundary(8 * MIB).allocate()) {
            assertThat(buffer.physicalAddress()).isEqualTo(GIB + 2 * MIB);
            assertThat(Ranges.sum(machine.libC.mapped)).isEqualTo(6 * MIB);
        }
    }

    @Test
    void shouldBeCutAtBoundariesIfSeveralExtentsAreAllowed() {
        placeMappingsAt(GIB + 2 * MIB);

        try (ContiguousBuffer buffer = request(8 * MIB).boundary(4 * MIB).maxExtents(2).allocate()) {
            assertThat(buffer.extents()).containsExactly(new Extent(0, GIB + 4 * MIB, 4 * MIB),
                    new Extent(4 * MIB, GIB + 8 * MIB, 4 * MIB));
        }
        try (ContiguousBuffer buffer = request(8 * MIB).boundary(4 * MIB).maxExtents(3).allocate()) {
            assertThat(buffer.extents()).extracting(Extent::length).containsExactly(2 * MIB, 4 * MIB, 2 * MIB);
        }
    }

    @Test
    void shouldRefuseToPlaceWhatIsHidden() {
        machine.word = page -> PagemapEntry.PRESENT;

        assertThat(failure(request(4 * MIB).alignment(4 * MIB).proof(ProofLevel.NONE)))
                .hasMessageContaining("to place memory so takes page frame numbers").hasMessageContaining("CAP_SYS_ADMIN");
        assertThat(failure(request(MIB).boundary(2 * MIB).proof(ProofLevel.NONE)))
                .hasMessageContaining("neither address bits nor boundary can be checked");
        assertThat(failure(request(MIB).addressBits(32).proof(ProofLevel.NONE)))
                .hasMessageContaining("neither address bits nor boundary can be checked");
    }

    @Test
    void shouldSayWhatTakesMoreThanWasAskedFor() {
        placeMappingsAt(GIB + 2 * MIB);
        // memfd_create, probe, mmap contig, munmap, mmap contig
        machine.libC.failingCall = 4;
        machine.libC.failure = 12;

        assertThat(failure(request(4096).alignment(64 * MIB))).hasMessageContaining("no contiguous range of 126 MiB, which the"
                + " alignment of 64 MiB takes for 64 MiB to be cut out of it, can be had (MemTotal")
                .hasMessageContaining("an alignment of at most 2 MiB and no boundary");
    }

    @Test
    void shouldLeaveItToTheProofIfThereIsNoSuchPart() {
        machine.word = page -> PagemapEntry.PRESENT | 1 + 2 * page;

        assertThat(failure(request(4 * MIB).alignment(4 * MIB))).hasMessageContaining("not contiguous: 1024 extents");
    }

    @Test
    void shouldLeaveNothingIfPagemapCanNotBeRead() {
        machine.libC.onMapped = (address, length) -> { };

        assertThat(failure(request(4 * MIB).alignment(4 * MIB))).hasMessageContaining("it has no entry");
    }
}
