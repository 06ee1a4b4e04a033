// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

import static io.github.mapcontig.FakeMachine.failure;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PinTest {
    private static final long PAGE = 2L << 20;

    @TempDir
    private Path root;
    private FakeMachine machine;

    @BeforeEach
    void start() {
        machine = new FakeMachine(root);
        machine.addHugePages(PAGE, 1L << 33);
    }

    @AfterEach
    void shouldLeaveNothing() {
        assertThat(machine.libC.mapped).isEmpty();
        assertThat(machine.libC.descriptors.names()).isEmpty();
        assertThat(machine.shims.pins).isEmpty();
    }

    private AllocationRequest.Builder request() {
        return machine.request().size(4096).sources(Source.HUGETLB).pinned(true);
    }

    @Test
    void shouldPinBeforeTheProofSincePagesMayMoveInIt() {
        machine.shims.onPin = machine::recordMapping;

        try (ContiguousBuffer buffer = request().allocate()) {
            assertThat(buffer.physicalAddress()).isEqualTo(FakeMachine.FIRST_PFN * 4096);
        }
    }

    @Test
    void shouldPinUntilMemoryIsFreed() {
        final ContiguousBuffer buffer = request().allocate();

        assertThat(buffer.proof().pinning()).isEqualTo(Pinning.IO_URING);
        assertThat(buffer.verify().pinning()).isEqualTo(Pinning.IO_URING);
        assertThat(machine.shims.pins.values()).containsExactly(buffer.address() + " " + PAGE);
        final DmaLease lease = buffer.beginDma();
        buffer.close();
        assertThat(machine.shims.pins).as("under DMA").hasSize(1);
        lease.close();
        assertThat(machine.shims.pins).isEmpty();
    }

    @Test
    void shouldNotPinWhatNeverMoves() {
        try (ContiguousBuffer buffer = request().sources(Source.MAP_CONTIG).allocate()) {
            assertThat(buffer.proof().pinning()).isEqualTo(Pinning.UNMOVABLE);
        }
        assertThat(machine.libC.calls).doesNotContain("pin");
    }

    @Test
    void shouldNotPinUnasked() {
        try (ContiguousBuffer buffer = request().pinned(false).allocate()) {
            assertThat(buffer.proof().pinning()).isEqualTo(Pinning.NONE);
        }
        assertThat(machine.libC.calls).doesNotContain("pin");
    }

    @Test
    void shouldEndThePinIfTheProofFails() {
        assertThat(failure(request().addressBits(64).alignment(4096).proof(ProofLevel.PFN).sources(Source.LOCKED).maxExtents(2)
                .size(3 * 4096).boundary(4096))).hasMessageContaining("more extents than 2: 3 extents");
        assertThat(machine.libC.calls).contains("pin");
    }

    @Test
    void shouldExplainWhyMemoryCanNotBePinned() {
        machine.libC.failing.add("pin");
        machine.libC.failure = 12;

        assertThat(failure(request())).hasMessageContaining("it can not be pinned (io_uring): ENOMEM (12")
                .hasMessageContaining("plus 2048 KiB").hasMessageNotContaining("io_uring_disabled");
        for (final int forbidden : new int[] {1, 38}) {
            machine.libC.failure = forbidden;
            assertThat(failure(request())).hasMessageContaining("kernel.io_uring_disabled=0").hasMessageNotContaining("ulimit");
        }
        machine.libC.failure = 24;
        assertThat(failure(request())).hasMessageContaining("EMFILE").hasMessageContaining("dmesg")
                .hasMessageNotContaining("io_uring_disabled").hasMessageNotContaining("ulimit -l");
        assertThat(machine.libC.hugePages.free(PAGE)).isEqualTo(1);
    }

    @Test
    void shouldSayThatTheLibraryIsMissing() {
        machine.shims.missing = Optional.of("no libmapcontig here");

        assertThat(failure(request())).hasMessageContaining("it can not be pinned: no libmapcontig here")
                .hasMessageContaining("use MAP_CONTIG, which needs no pin");
    }
}
