// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

import static io.github.mapcontig.FakeMachine.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DmaHeapSourceTest {
    private static final long SIZE = 1 << 20;

    @TempDir
    private Path root;
    private FakeMachine machine;

    @BeforeEach
    void start() {
        machine = new FakeMachine(root);
        machine.write("dev/dma_heap/system", "");
        machine.write("dev/dma_heap/system-uncached", "");
        machine.write("dev/dma_heap/reserved", "");
    }

    @AfterEach
    void shouldLeaveNothing() {
        assertThat(machine.libC.mapped).isEmpty();
        assertThat(machine.libC.descriptors.names()).isEmpty();
    }

    private AllocationRequest.Builder request() {
        return machine.request().size(SIZE).sources(Source.DMA_HEAP).proof(ProofLevel.NONE);
    }

    @Test
    void shouldServeFromACmaHeapAndKeepItsDescriptorUntilFreed() {
        final ContiguousBuffer buffer = request().allocate();

        assertThat(machine.libC.descriptors.names()).containsExactly("dma-buf");
        assertThat(buffer.descriptor()).isPresent();
        assertThat(buffer.proof().level()).isEqualTo(ProofLevel.NONE);
        assertThat(buffer.proof().pinning()).isEqualTo(Pinning.UNMOVABLE);
        assertThat(buffer.proof().reason().orElseThrow()).contains("VM_PFNMAP");
        assertThat(buffer.extents()).isEmpty();
        assertThat(buffer.getLong(SIZE - 8)).isZero();
        assertThatIllegalStateException().isThrownBy(buffer::physicalAddress).withMessageContaining("VM_PFNMAP");
        final DmaLease lease = buffer.beginDma();
        buffer.close();
        assertThat(machine.libC.descriptors.names()).as("under DMA").containsExactly("dma-buf");
        lease.close();
        assertThat(machine.libC.descriptors.names()).isEmpty();
    }

    @Test
    void shouldNotTouchMemoryThatPagemapDoesNotShow() {
        machine.libC.onMapped = (address, length) -> { };

        try (ContiguousBuffer buffer = request().allocate()) {
            assertThat(buffer.verify().level()).isEqualTo(ProofLevel.NONE);
        }
    }

    @Test
    void shouldSyncByTheKernel() {
        try (ContiguousBuffer buffer = request().allocate()) {
            for (final DmaDirection direction : DmaDirection.values()) {
                buffer.cpuAccess(direction).close();
            }
        }
        // READ is 1, WRITE is 2, END is 4
        assertThat(machine.shims.syncs).containsExactly(2L, 6L, 1L, 5L, 3L, 7L);
    }

    @Test
    void shouldReportSyncThatFails() {
        machine.libC.failing.add("dma_buf_sync");
        machine.libC.failure = 5;

        try (ContiguousBuffer buffer = request().allocate()) {
            final ContiguousMemoryException e = catchThrowableOfType(ContiguousMemoryException.class,
                    () -> buffer.cpuAccess(DmaDirection.TO_DEVICE));
            assertThat(e).hasMessageContaining("can not begin access of the processor").hasMessageContaining("EIO (5");
        }
    }

    @Test
    void shouldTryTheNextHeap() {
        machine.write("dev/dma_heap/another", "");
        machine.write("sys/kernel/mm/cma/another/alloc_pages_success", "0");
        machine.libC.failingCall = 1;
        machine.libC.failure = 13;

        request().allocate().close();

        assertThat(machine.libC.calls).startsWith("memfd_create", "open", "open", "dma_heap_alloc");
        machine.libC.failingCall = -1;
        machine.libC.failing.add("dma_heap_alloc");
        machine.libC.failure = 12;
        assertThat(failure(request())).hasMessageContaining("dma_heap/another gives no 1 MiB: ENOMEM")
                .hasMessageContaining("dma_heap/reserved gives no 1 MiB: ENOMEM").hasMessageContaining("cma=SIZE");
    }

    @Test
    void shouldTakeNoHeapOfScatteredPages() {
        machine.delete("dev/dma_heap/reserved");

        assertThat(failure(request())).hasMessageContaining("there is no CMA heap").hasMessageContaining("CONFIG_DMABUF_HEAPS_CMA=y");
        assertThat(machine.libC.calls).doesNotContain("open");
    }

    /** Drivers may give whatever they like. */
    @Test
    void shouldTakeNoHeapOfUnknownKind() {
        machine.delete("dev/dma_heap/reserved");
        machine.write("dev/dma_heap/vendor", "");
        machine.write("sys/kernel/mm/cma/other/alloc_pages_success", "0");

        assertThat(failure(request())).hasMessageContaining("there is no CMA heap in /dev/dma_heap (system, system-uncached, vendor:")
                .hasMessageContaining("not named as a CMA area");
        assertThat(machine.libC.calls).doesNotContain("open");
        machine.write("sys/kernel/mm/cma/vendor/alloc_pages_success", "0");
        request().allocate().close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"default_cma_region", "reserved", "linux,cma", "default-pool"})
    void shouldKnowTheNamesOfTheDefaultArea(final String name) {
        machine.delete("dev/dma_heap/reserved");
        machine.write("dev/dma_heap/" + name, "");

        request().allocate().close();
    }

    @Test
    void shouldSayThatThereIsNoHeapBeforeItAsksForLessProof() {
        machine.delete("dev/dma_heap/reserved");

        assertThat(failure(request().proof(ProofLevel.PFN)))
                .hasMessageContaining("no CMA heap in /dev/dma_heap (system, system-uncached: of scattered pages, or")
                .hasMessageContaining("and ask for .proof(ProofLevel.NONE)").hasMessageNotContaining("VM_PFNMAP");
        assertThat(failure(request())).hasMessageNotContaining("ask for .proof(ProofLevel.NONE)");
    }

    @Test
    void shouldSayThatThereAreNoHeaps() {
        final FakeMachine bare = new FakeMachine(root.resolve("bare"));

        assertThat(failure(bare.request().size(SIZE).sources(Source.DMA_HEAP).proof(ProofLevel.NONE)))
                .hasMessageContaining("there is no CMA heap");
    }

    @Test
    void shouldSayThatItMayNotOpenTheHeap() {
        machine.libC.failing.add("open");
        machine.libC.failure = 13;

        final ContiguousMemoryException e = failure(request());

        assertThat(e).hasMessageContaining("dma_heap/reserved: EACCES (13").hasMessageContaining("udev");
        assertThat(e.errno()).contains(new Errno(13));
    }

    @Test
    void shouldRefuseWhatItCanNotPromise() {
        assertThat(failure(request().proof(ProofLevel.DECLARED))).hasMessageContaining("pagemap shows no such memory")
                .hasMessageContaining("ask for .proof(ProofLevel.NONE)");
        assertThat(failure(request().alignment(8192))).hasMessageContaining("where its memory lies is unknown");
        assertThat(failure(request().boundary(SIZE))).hasMessageContaining("where its memory lies is unknown");
        assertThat(failure(request().addressBits(32))).hasMessageContaining("where its memory lies is unknown");
        assertThat(failure(request().node(0))).hasMessageContaining("where its memory lies is unknown");
    }

    @Test
    void shouldSayThatTheLibraryIsMissing() {
        machine.shims.missing = Optional.of("no libmapcontig here");

        assertThat(failure(request())).hasMessageContaining("no libmapcontig here");
    }
}
