// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sources in their order: the first that can serve does, and each that can not leaves its reason. */
class SourceChainTest {
    private static final long SIZE = 65536;
    private static final long PAGE = 2L << 20;

    @TempDir
    private Path root;
    private FakeMachine machine;

    @BeforeEach
    void start() {
        machine = new FakeMachine(root);
    }

    @AfterEach
    void shouldLeaveNothing() {
        assertThat(machine.libC.mapped).isEmpty();
        assertThat(machine.libC.descriptors.names()).isEmpty();
    }

    private AllocationRequest.Builder request() {
        return machine.request().size(SIZE);
    }

    private void addEverything() {
        machine.addHugePages(PAGE, 1L << 33);
        machine.write("dev/dma_heap/reserved", "");
        machine.addDevice("udmabuf0", SIZE, 0x7000_0000L, true);
    }

    @Test
    void shouldTakeTheFirstThatCanServe() {
        addEverything();

        final AllocationRequest.Builder request = request().proof(ProofLevel.NONE);
        assertThat(servedBy(request)).isEqualTo(Source.MAP_CONTIG);
        machine.libC.patched = false;
        assertThat(servedBy(request)).isEqualTo(Source.HUGETLB);
        machine.writePool("sys/kernel/mm", PAGE, 0, 0);
        assertThat(servedBy(request)).isEqualTo(Source.DMA_HEAP);
        machine.delete("dev/dma_heap/reserved");
        assertThat(servedBy(request)).isEqualTo(Source.U_DMA_BUF);
    }

    @Test
    void shouldRespectTheOrderAskedFor() {
        addEverything();

        assertThat(servedBy(request().proof(ProofLevel.NONE).sources(Source.U_DMA_BUF, Source.MAP_CONTIG)))
                .isEqualTo(Source.U_DMA_BUF);
        assertThat(machine.libC.calls).doesNotContain("probe");
        assertThat(servedBy(request().sources(Source.LOCKED, Source.HUGETLB, Source.MAP_CONTIG))).isEqualTo(Source.HUGETLB);
    }

    @Test
    void shouldGoOnWhenTheProofDoesNotHold() {
        machine.addHugePages(PAGE, 1L << 33);
        machine.word = page -> PagemapEntry.PRESENT | 1 + 2 * page;

        assertThat(servedBy(request())).isEqualTo(Source.HUGETLB);
    }

    @Test
    void shouldTellTheReasonErrnoAndRemedyOfEach() {
        machine.libC.contigError = 12;
        machine.addHugePages(PAGE, 1L << 33);
        machine.libC.failing.add("ftruncate");
        machine.libC.failure = 5;
        machine.write("dev/dma_heap/reserved", "");
        machine.addDevice("udmabuf0", SIZE, 0x7000_0000L, true);

        final ContiguousMemoryException e = catchThrowableOfType(ContiguousMemoryException.class, () -> request().allocate());

        assertThat(e.refusals()).extracting(Refusal::who).containsExactly("MAP_CONTIG", "HUGETLB", "DMA_HEAP", "U_DMA_BUF", "LOCKED");
        assertThat(e.refusals()).allSatisfy(refusal -> {
            assertThat(refusal.remedy()).isNotBlank();
            assertThat(e).hasMessageContaining(refusal.reason()).hasMessageContaining(refusal.remedy());
        });
        assertThat(e.refusals().get(0).errno()).contains(Errno.ENOMEM);
        assertThat(e.refusals().get(1).errno()).contains(new Errno(5));
        assertThat(e.errno()).contains(Errno.ENOMEM);
        assertThat(e).hasMessageContaining("ENOMEM (12").hasMessageContaining("ftruncate failed for huge pages of 2 MiB: EIO (5");
    }

    private static Source servedBy(final AllocationRequest.Builder request) {
        try (ContiguousBuffer buffer = request.allocate()) {
            return buffer.source();
        }
    }
}
