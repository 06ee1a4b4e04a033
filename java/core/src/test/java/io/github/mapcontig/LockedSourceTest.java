// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

import static io.github.mapcontig.FakeMachine.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.mapcontig.internal.libc.Linux;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LockedSourceTest {
    private static final long PAGE = 4096;
    private static final long SIZE = 10 * PAGE;

    @TempDir
    private Path root;
    private FakeMachine machine;

    @BeforeEach
    void start() {
        machine = new FakeMachine(root);
        // Pages 0-2, 3, 4-9 are together each
        machine.word = page -> PagemapEntry.PRESENT | (page < 3 ? 100 + page : page == 3 ? 50 : 200 + page);
    }

    @AfterEach
    void shouldLeaveNothing() {
        assertThat(machine.libC.mapped).isEmpty();
        assertThat(machine.libC.locked).isEmpty();
        assertThat(machine.libC.descriptors.names()).isEmpty();
    }

    private AllocationRequest.Builder request() {
        return machine.request().size(SIZE).sources(Source.LOCKED).maxExtents(3);
    }

    @Test
    void shouldListItsExtents() {
        try (ContiguousBuffer buffer = request().allocate()) {
            assertThat(buffer.source()).isEqualTo(Source.LOCKED);
            assertThat(buffer.extents()).containsExactly(new Extent(0, 100 * PAGE, 3 * PAGE), new Extent(3 * PAGE, 50 * PAGE, PAGE),
                    new Extent(4 * PAGE, 204 * PAGE, 6 * PAGE));
            assertThat(buffer.proof().isContiguous()).isFalse();
            assertThat(machine.libC.locked).hasSize(1);
        }
    }

    @Test
    void shouldKnowTheAddressOfEachByte() {
        try (ContiguousBuffer buffer = request().allocate()) {
            for (final Extent extent : buffer.extents()) {
                assertThat(buffer.physicalAddress(extent.offset())).isEqualTo(extent.physicalAddress());
                assertThat(buffer.physicalAddress(extent.endOffset() - 1)).isEqualTo(extent.lastPhysicalAddress());
            }
            assertThatIllegalStateException().isThrownBy(buffer::physicalAddress)
                    .withMessageContaining("the buffer has 3 extents").withMessageContaining("extents()");
        }
    }

    @Test
    void shouldKnowTheExtentsOfSlices() {
        try (ContiguousBuffer buffer = request().allocate()) {
            final ContiguousBuffer one = buffer.slice(PAGE, 2 * PAGE);
            final ContiguousBuffer three = buffer.slice(3 * PAGE - 1, PAGE + 3);

            assertThat(one.physicalAddress()).isEqualTo(101 * PAGE);
            assertThat(one.extents()).containsExactly(new Extent(0, 101 * PAGE, 2 * PAGE));
            assertThat(three.extents()).containsExactly(new Extent(0, 103 * PAGE - 1, 1), new Extent(1, 50 * PAGE, PAGE),
                    new Extent(PAGE + 1, 204 * PAGE, 2));
            assertThat(three.physicalAddress(PAGE + 1)).isEqualTo(204 * PAGE);
            assertThat(three.slice(1, 1).physicalAddress()).isEqualTo(50 * PAGE);
            assertThatIllegalStateException().isThrownBy(three::physicalAddress).withMessageContaining("3 extents");
        }
    }

    @Test
    void shouldRefuseMoreExtentsThanAllowed() {
        assertThat(failure(request().maxExtents(2))).hasMessageContaining("it has more extents than 2: 3 extents, 10 of 10 pages")
                .hasMessageContaining("compact_memory").hasMessageContaining("40 KiB have 10 extents at worst");
        assertThat(failure(request().maxExtents(1))).hasMessageContaining("ordinary memory is not contiguous beyond a page of 4 KiB")
                .hasMessageContaining(".maxExtents(n)");
    }

    /** What a device behind an IOMMU does with: pages that the kernel does not show. */
    @Test
    void shouldDoWithoutExtentsWhereAnyNumberOfThemWillDo() {
        machine.word = page -> PagemapEntry.PRESENT;
        assertThat(failure(request())).hasMessageContaining("CAP_SYS_ADMIN");
        try (ContiguousBuffer buffer = request().maxExtents(AllocationRequest.ANY_EXTENTS).proof(ProofLevel.NONE).allocate()) {
            assertThat(buffer.extents()).isEmpty();
            assertThat(buffer.proof().isContiguous()).isFalse();
            assertThatIllegalStateException().isThrownBy(buffer::physicalAddress).withMessageContaining("no physical address");
        }
    }

    @Test
    void shouldServeASinglePageWhichIsContiguous() {
        try (ContiguousBuffer buffer = machine.request().size(1).sources(Source.LOCKED).allocate()) {
            assertThat(buffer.physicalAddress()).isEqualTo(100 * PAGE);
            assertThat(buffer.size()).isEqualTo(PAGE);
            assertThat(buffer.proof().pinning()).isEqualTo(Pinning.NONE);
            assertThat(machine.libC.locked).hasSize(1);
        }
        try (ContiguousBuffer buffer = machine.request().size(PAGE).sources(Source.LOCKED).pinned(true).allocate()) {
            assertThat(buffer.proof().pinning()).isEqualTo(Pinning.IO_URING);
        }
        assertThat(failure(machine.request().size(PAGE + 1).sources(Source.LOCKED))).hasMessageContaining("is not contiguous beyond");
        assertThat(failure(machine.request().size(1).alignment(2 * PAGE).sources(Source.LOCKED)))
                .hasMessageContaining("is not contiguous beyond");
    }

    /** Contiguous it is, but mlock is no pin, and the proof does not say so. */
    @Test
    void shouldServeASinglePageByDefaultWhereNothingElseCan() {
        machine.libC.patched = false;

        try (ContiguousBuffer buffer = machine.request().size(PAGE).allocate()) {
            assertThat(buffer.source()).isEqualTo(Source.LOCKED);
            assertThat(buffer.proof().level()).isEqualTo(ProofLevel.PFN);
            assertThat(buffer.proof().isContiguous()).isTrue();
            assertThat(buffer.proof().pinning()).isEqualTo(Pinning.NONE);
            assertThat(buffer.verify().pinning()).isEqualTo(Pinning.NONE);
        }
        try (ContiguousBuffer buffer = machine.request().size(PAGE).pinned(true).allocate()) {
            assertThat(buffer.proof().pinning()).isEqualTo(Pinning.IO_URING);
        }
        assertThat(failure(machine.request().size(PAGE + 1))).hasMessageContaining("LOCKED: ordinary memory is not contiguous beyond");
        machine.word = page -> PagemapEntry.PRESENT;
        assertThat(failure(machine.request().size(PAGE))).hasMessageContaining("LOCKED: the memory was released, since it can not be proved");
    }

    @Test
    void shouldNotCountACapabilityOfAnotherUserNamespace() throws IOException {
        machine.write("proc/self/status", "VmLck:\t    1024 kB\nCapEff:\t0000000000004000\n");
        machine.libC.failing.add("mlock");
        machine.libC.failure = 12;
        final Path namespace = root.resolve("proc/self/ns/user");
        Files.createDirectories(namespace.getParent());

        Files.createSymbolicLink(namespace, Path.of("user:[4026531837]"));
        assertThat(failure(request())).hasMessageContaining(", CAP_IPC_LOCK in effect");
        Files.delete(namespace);
        Files.createSymbolicLink(namespace, Path.of("user:[4026532277]"));
        assertThat(failure(request())).hasMessageContaining(", no CAP_IPC_LOCK")
                .hasMessageContaining("CAP_IPC_LOCK in the initial user namespace").hasMessageContaining("--cap-add IPC_LOCK");
    }

    @Test
    void shouldCountWhatABoundaryCuts() {
        assertThat(failure(request().boundary(4 * PAGE))).hasMessageContaining("it has more extents than 3: 4 extents");
        try (ContiguousBuffer buffer = request().boundary(4 * PAGE).maxExtents(4).allocate()) {
            assertThat(buffer.extents()).extracting(Extent::physicalAddress)
                    .containsExactly(100 * PAGE, 50 * PAGE, 204 * PAGE, 208 * PAGE);
        }
    }

    @Test
    void shouldRefuseExtentsThatAreNotAligned() {
        assertThat(failure(request().alignment(8 * PAGE))).hasMessageContaining("is not a multiple of 32 KiB");
    }

    @Test
    void shouldAskForHugePagesAndDoWithout() {
        machine.libC.failing.add("madvise " + Linux.MADV_HUGEPAGE);

        request().allocate().close();

        assertThat(machine.libC.calls).containsSubsequence("mmap", "madvise " + Linux.MADV_HUGEPAGE, "mlock");
    }

    @Test
    void shouldExplainTheLimit() {
        machine.libC.failing.add("mlock");
        machine.libC.failure = 12;

        final ContiguousMemoryException e = failure(request());

        assertThat(e.errno()).contains(Errno.ENOMEM);
        assertThat(e).hasMessageContaining("mlock of 40 KiB failed (RLIMIT_MEMLOCK soft 8 MiB, hard 8 MiB, locked now (VmLck) 1 MiB,"
                + " no CAP_IPC_LOCK): ENOMEM (12").hasMessageContaining("plus 40 KiB").hasMessageContaining("CAP_IPC_LOCK");
    }

    @Test
    void shouldLeaveNothingIfTheLimitCanNotBeReadEither() {
        machine.libC.failing.addAll(List.of("mlock", "getrlimit"));

        assertThat(failure(request())).hasMessageContaining("can not read RLIMIT_MEMLOCK");
    }

    @Test
    void shouldBeTheLastByDefault() {
        machine.libC.patched = false;

        try (ContiguousBuffer buffer = machine.request().size(SIZE).maxExtents(3).allocate()) {
            assertThat(buffer.source()).isEqualTo(Source.LOCKED);
        }
    }
}
