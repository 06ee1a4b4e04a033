// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

import static io.github.mapcontig.FakeMachine.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.mapcontig.internal.source.RefusedException;
import io.github.mapcontig.internal.source.SourceMemory;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How far memory can be proved contiguous, and whether that is enough. */
class ProofLevelTest {
    private static final long MIB = 1L << 20;
    private static final long PAGE = 2 * MIB;

    @TempDir
    private Path root;
    private FakeMachine machine;

    @BeforeEach
    void start() {
        machine = new FakeMachine(root);
        machine.hidden = true;
        machine.word = page -> PagemapEntry.PRESENT;
        machine.shims.hugeEntries = true;
        machine.write("sys/kernel/mm/transparent_hugepage/hpage_pmd_size", PAGE + "\n");
    }

    @AfterEach
    void shouldLeaveNothing() {
        assertThat(machine.libC.mapped).isEmpty();
        assertThat(machine.libC.descriptors.names()).isEmpty();
    }

    private AllocationRequest.Builder hugePage() {
        machine.addHugePages(PAGE, 1L << 33);
        return machine.request().size(PAGE).sources(Source.HUGETLB);
    }

    private ContiguityProof prove(final long address, final long length) {
        machine.recordMapping(address, length);
        return new Prover(machine.environment).prove(address, length);
    }

    @Test
    void shouldProveWhatLiesWithinOneHugePage() {
        final ContiguityProof proof = prove(4 * PAGE, PAGE);

        assertThat(proof.level()).isEqualTo(ProofLevel.HUGE_PAGE);
        assertThat(proof.isContiguous()).isTrue();
        assertThat(proof.extents()).isEmpty();
        assertThat(proof.reason().orElseThrow()).contains("CAP_SYS_ADMIN").doesNotContain("not known");
        assertThat(proof).hasToString("2 MiB at 0x800000: contiguous, within one huge page, whose address is hidden");
        assertThat(prove(5 * PAGE - 4096, 4096).level()).isEqualTo(ProofLevel.HUGE_PAGE);
    }

    @Test
    void shouldNotProveWhatSpansTwo() {
        final ContiguityProof proof = prove(5 * PAGE - 4096, 8192);

        assertThat(proof.level()).isEqualTo(ProofLevel.NONE);
        assertThat(proof.isContiguous()).isFalse();
        assertThat(proof.reason().orElseThrow()).contains("not known to lie within one huge page");
        assertThat(machine.libC.calls).doesNotContain("pagemap_scan");
    }

    @Test
    void shouldNotProveWhatTheKernelDoesNotSayIsHuge() {
        machine.shims.hugeEntries = false;
        assertThat(prove(4 * PAGE, PAGE).level()).isEqualTo(ProofLevel.NONE);

        machine.shims.hugeEntries = true;
        machine.libC.failing.add("pagemap_scan");
        assertThat(prove(4 * PAGE, PAGE).level()).isEqualTo(ProofLevel.NONE);
        machine.libC.failing.add("open");
        assertThat(prove(4 * PAGE, PAGE).level()).isEqualTo(ProofLevel.NONE);
        machine.shims.missing = Optional.of("no libmapcontig here");
        assertThat(prove(4 * PAGE, PAGE).level()).isEqualTo(ProofLevel.NONE);
    }

    @Test
    void shouldNotProveOnKernelsWithoutHugeEntries() {
        machine.delete("sys/kernel/mm/transparent_hugepage/hpage_pmd_size");

        assertThat(prove(4 * PAGE, 4096).level()).isEqualTo(ProofLevel.NONE);
    }

    @Test
    void shouldGoByTheSizeOfThePagesOfAPool() {
        machine.addHugePages(65536, 1L << 33);
        final AllocationRequest.Builder small = machine.request().size(65536).sources(Source.HUGETLB);

        try (ContiguousBuffer buffer = small.proof(ProofLevel.HUGE_PAGE).allocate()) {
            assertThat(buffer.proof().level()).isEqualTo(ProofLevel.HUGE_PAGE);
            final Prover prover = new Prover(machine.environment);
            final SourceMemory memory = SourceMemory.ofPages(PAGE, 2 * 65536, 65536, Pinning.NONE, null);
            machine.recordMapping(PAGE, 2 * 65536);
            assertThat(prover.prove(memory, 65536, Pinning.NONE).level()).isEqualTo(ProofLevel.HUGE_PAGE);
            assertThat(prover.prove(memory, 2 * 65536, Pinning.NONE).level()).as("two small huge pages in what one large entry maps")
                    .isEqualTo(ProofLevel.NONE);
        }
    }

    @Test
    void shouldHandOutWhatIsProvedAsFarAsAsked() {
        try (ContiguousBuffer buffer = hugePage().proof(ProofLevel.HUGE_PAGE).allocate()) {
            assertThat(buffer.proof().level()).isEqualTo(ProofLevel.HUGE_PAGE);
            assertThat(buffer.extents()).isEmpty();
            assertThatIllegalStateException().isThrownBy(buffer::physicalAddress).withMessageContaining("CAP_SYS_ADMIN");
            assertThatIllegalStateException().isThrownBy(() -> buffer.verify().movedSince(buffer.proof()))
                    .withMessageContaining("without page frame numbers");
        }
    }

    @Test
    void shouldKeepWithinABoundaryOfWhichAHugePageIsMadeUp() {
        for (final long boundary : new long[] {PAGE, 2 * PAGE, 1L << 30}) {
            hugePage().proof(ProofLevel.HUGE_PAGE).boundary(boundary).allocate().close();
        }
        try (ContiguousBuffer buffer = hugePage().size(65536).proof(ProofLevel.HUGE_PAGE).boundary(65536).allocate()) {
            assertThat(buffer.proof().level()).isEqualTo(ProofLevel.HUGE_PAGE);
        }
    }

    @Test
    void shouldSeeABoundaryWithinAHugePage() throws Exception {
        final ProofCheck check = new ProofCheck(machine.request().size(8192).boundary(8192).proof(ProofLevel.HUGE_PAGE).build(), "TEST");

        assertThat(check.check(prove(4 * PAGE + 8192, 8192))).isEmpty();
        assertThatThrownBy(() -> check.check(prove(4 * PAGE + 4096, 8192))).isInstanceOf(RefusedException.class)
                .satisfies(e -> assertThat(((RefusedException) e).refusal().reason()).contains("across a boundary of 8 KiB"));
    }

    @Test
    void shouldNotGuessWhereAHugePageLies() {
        machine.hidden = true;
        assertThat(failure(hugePage().proof(ProofLevel.HUGE_PAGE).addressBits(32)).getMessage())
                .containsAnyOf("page frame numbers", "address bits can not be checked");
        assertThat(failure(machine.request().size(PAGE).sources(Source.MAP_CONTIG).proof(ProofLevel.HUGE_PAGE).addressBits(32))
                .getMessage()).contains("address bits can not be checked");
    }

    @Test
    void shouldRefuseLessProofThanAsked() {
        assertThat(failure(hugePage())).hasMessageContaining("as far as PFN, but HUGE_PAGE")
                .hasMessageContaining("AmbientCapabilities=CAP_SYS_ADMIN")
                .hasMessageContaining("or ask for .proof(ProofLevel.HUGE_PAGE), and do without physical addresses");
        machine.shims.hugeEntries = false;
        assertThat(failure(hugePage().proof(ProofLevel.HUGE_PAGE))).hasMessageContaining("as far as HUGE_PAGE, but NONE")
                .hasMessageContaining("not known to lie within one huge page");
    }

    @Test
    void shouldRefuseToPromiseWhereHiddenMemoryLies() {
        machine.shims.hugeEntries = false;
        final AllocationRequest.Builder request = machine.request().size(MIB).proof(ProofLevel.NONE).sources(Source.MAP_CONTIG);

        assertThat(failure(request.addressBits(32))).hasMessageContaining("where it lies is hidden");
        assertThat(failure(request.addressBits(64).boundary(MIB))).hasMessageContaining("where it lies is hidden");
        request.boundary(0).alignment(PAGE).allocate().close();
    }

    @Test
    void shouldNoteThatAnIommuTranslates() {
        machine.word = FakeMachine::contiguousWord;
        machine.write("sys/kernel/iommu_groups/0/type", "DMA\n");

        try (ContiguousBuffer buffer = machine.request().size(MIB).allocate()) {
            assertThat(buffer.proof().notes()).singleElement().asString().contains("iommu=pt");
        }
        machine.addDevice("udmabuf0", MIB, 1 << 30, true);
        try (ContiguousBuffer buffer = machine.request().size(MIB).sources(Source.U_DMA_BUF).proof(ProofLevel.NONE).allocate()) {
            assertThat(buffer.proof().notes()).as("the driver has declared the device's addresses").isEmpty();
        }
    }
}
