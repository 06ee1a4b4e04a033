// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

import static io.github.mapcontig.FakeMachine.failure;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HugetlbSourceTest {
    private static final long MIB = 1L << 20;
    private static final long GIB = 1L << 30;
    private static final long PAGE = 2 * MIB;
    /** A multiple of a GiB, above 4 GiB. */
    private static final long BASE = 8 * GIB;

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

    private AllocationRequest.Builder request(final long size) {
        return machine.request().size(size).sources(Source.HUGETLB);
    }

    @Test
    void shouldServeFromOnePageAndGiveItBack() {
        machine.addHugePages(PAGE, BASE, BASE + 10 * PAGE);

        try (ContiguousBuffer buffer = request(65536).allocate()) {
            assertThat(buffer.source()).isEqualTo(Source.HUGETLB);
            assertThat(buffer.size()).isEqualTo(65536);
            assertThat(buffer.pageSize()).isEqualTo(PAGE);
            assertThat(buffer.physicalAddress(5)).isEqualTo(BASE + 5);
            assertThat(buffer.proof().pinning()).isEqualTo(Pinning.NONE);
            assertThat(buffer.descriptor()).isEmpty();
            assertThat(machine.libC.hugePages.free(PAGE)).isEqualTo(1);
            assertThat(Ranges.sum(machine.libC.mapped)).isEqualTo(PAGE);
        }
        assertThat(machine.libC.hugePages.free(PAGE)).isEqualTo(2);
    }

    @Test
    void shouldTakeMoreUntilThereAreNeighborsAndGiveTheRestBack() {
        machine.addHugePages(PAGE, BASE, BASE + 10 * PAGE, BASE + 20 * PAGE, BASE + PAGE, BASE + 30 * PAGE);

        try (ContiguousBuffer buffer = request(2 * PAGE).allocate()) {
            assertThat(buffer.extents()).containsExactly(new Extent(0, BASE, 2 * PAGE));
            assertThat(machine.libC.hugePages.free(PAGE)).isEqualTo(3);
            assertThat(machine.libC.descriptors.names()).isEmpty();
            assertThat(Ranges.sum(machine.libC.mapped)).isEqualTo(2 * PAGE);
            assertThat(buffer.address() % PAGE).isZero();
            buffer.putLong(PAGE - 4, 0x1234_5678_9abc_def0L);
            assertThat(buffer.getLong(PAGE - 4)).isEqualTo(0x1234_5678_9abc_def0L);
        }
        assertThat(machine.libC.hugePages.free(PAGE)).isEqualTo(5);
    }

    @Test
    void shouldMapPagesInTheOrderOfMemory() {
        machine.addHugePages(PAGE, BASE + 2 * PAGE, BASE + PAGE, BASE);

        try (ContiguousBuffer buffer = request(3 * PAGE).allocate()) {
            assertThat(buffer.physicalAddress()).isEqualTo(BASE);
            assertThat(buffer.proof().isContiguous()).isTrue();
        }
        assertThat(machine.libC.hugePages.free(PAGE)).isEqualTo(3);
    }

    @Test
    void shouldLeaveLongRunsToOthers() {
        machine.addHugePages(PAGE, BASE, BASE + 8 * PAGE, BASE + 2 * PAGE, BASE + 20 * PAGE, BASE + PAGE, BASE + 9 * PAGE,
                BASE + 30 * PAGE);

        try (ContiguousBuffer buffer = request(2 * PAGE).allocate()) {
            assertThat(buffer.physicalAddress()).isEqualTo(BASE + 8 * PAGE);
        }
    }

    @Test
    void shouldNotFailBecauseAnotherThreadSearchesTheSamePool() throws Exception {
        machine.addHugePages(PAGE, BASE, BASE + 10 * PAGE, BASE + 20 * PAGE, BASE + 30 * PAGE, BASE + PAGE, BASE + 11 * PAGE,
                BASE + 21 * PAGE, BASE + 31 * PAGE);
        final ExecutorService threads = Executors.newFixedThreadPool(3);
        try {
            final List<Future<?>> all = new ArrayList<>();
            for (int thread = 0; thread < 3; thread++) {
                all.add(threads.submit(() -> {
                    for (int i = 0; i < 20; i++) {
                        request(2 * PAGE).allocate().close();
                    }
                }));
            }
            for (final Future<?> one : all) {
                one.get();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(machine.libC.hugePages.free(PAGE)).isEqualTo(8);
    }

    @Test
    void shouldSayHowManyPagesAreMissing() {
        machine.addHugePages(PAGE, BASE);

        final ContiguousMemoryException e = failure(request(3 * PAGE));

        assertThat(e).hasMessageContaining("too few huge pages are free for 6 MiB: 1 free of 1 pages of 2 MiB")
                .hasMessageContaining("ENOMEM").hasMessageContaining("echo 3 | sudo tee /sys/kernel/mm/hugepages/hugepages-2048kB");
        assertThat(machine.libC.calls).doesNotContain("ftruncate");
    }

    @Test
    void shouldNotCountPagesThatArePromised() {
        machine.addHugePages(PAGE, BASE);
        machine.write("sys/kernel/mm/hugepages/hugepages-2048kB/resv_hugepages", "1\n");

        assertThat(failure(request(PAGE))).hasMessageContaining("0 free of 1 pages");
    }

    @Test
    void shouldSayThatThereAreNoHugePagesAtAll() {
        assertThat(failure(request(PAGE))).hasMessageContaining("no huge pages").hasMessageContaining("CONFIG_HUGETLBFS=y");
    }

    @Test
    void shouldSayThatPoolShrankMeanwhile() {
        machine.addHugePages(PAGE, BASE);
        machine.writePool("sys/kernel/mm", PAGE, 2, 2);

        assertThat(failure(request(2 * PAGE))).hasMessageContaining("mmap failed for huge pages of 2 MiB: ENOMEM")
                .hasMessageContaining("nobody else took them");
        assertThat(machine.libC.hugePages.free(PAGE)).isEqualTo(1);
    }

    @Test
    void shouldSayThatNoPagesAreNeighbors() {
        machine.addHugePages(PAGE, BASE, BASE + 2 * PAGE, BASE + 4 * PAGE);

        assertThat(failure(request(2 * PAGE))).hasMessageContaining("of the 3 free pages of 2 MiB no 2 are neighbors")
                .hasMessageContaining("longest extent: 2 MiB").hasMessageContaining("hugepagesz=1G");
        assertThat(machine.libC.hugePages.free(PAGE)).isEqualTo(3);
    }

    @Test
    void shouldServeOnePageWithoutPageFrameNumbers() {
        machine.addHugePages(PAGE, BASE);
        machine.hidden = true;
        machine.shims.hugeEntries = true;

        try (ContiguousBuffer buffer = request(PAGE).proof(ProofLevel.HUGE_PAGE).allocate()) {
            assertThat(buffer.proof().level()).isEqualTo(ProofLevel.HUGE_PAGE);
            assertThat(buffer.proof().isContiguous()).isTrue();
        }
    }

    @Test
    void shouldRefuseNeighborsWithoutPageFrameNumbers() {
        machine.addHugePages(PAGE, BASE, BASE + PAGE);
        machine.hidden = true;

        assertThat(failure(request(2 * PAGE).proof(ProofLevel.NONE))).hasMessageContaining("takes page frame numbers")
                .hasMessageContaining("CAP_SYS_ADMIN").hasMessageContaining("at most one huge page (2 MiB)");
        assertThat(machine.libC.hugePages.free(PAGE)).isEqualTo(2);
    }

    @Test
    void shouldSayThatPagesWentAwayWhileTheyWereRead() {
        machine.addHugePages(PAGE, BASE, BASE + PAGE);
        machine.word = page -> 0;
        machine.libC.onHugePage = (address, place, length) -> machine.recordMapping(address, length);

        assertThat(failure(request(2 * PAGE))).hasMessageContaining("went away while they were read").hasMessageContaining("dmesg");
    }

    @Test
    void shouldAlignToMoreThanAPage() {
        machine.addHugePages(PAGE, BASE + PAGE, BASE + 2 * PAGE, BASE + 3 * PAGE, BASE + 4 * PAGE);

        try (ContiguousBuffer buffer = request(PAGE).alignment(4 * MIB).allocate()) {
            assertThat(buffer.size()).isEqualTo(4 * MIB);
            assertThat(buffer.physicalAddress()).isEqualTo(BASE + 4 * MIB);
        }
    }

    @Test
    void shouldCrossNoBoundary() {
        machine.addHugePages(PAGE, BASE + PAGE, BASE + 2 * PAGE, BASE + 3 * PAGE);

        try (ContiguousBuffer buffer = request(2 * PAGE).boundary(4 * MIB).allocate()) {
            assertThat(buffer.physicalAddress()).isEqualTo(BASE + 2 * PAGE);
        }
    }

    @Test
    void shouldServeBoundariesThatAreCloserThanAPage() {
        machine.addHugePages(PAGE, BASE + PAGE);

        try (ContiguousBuffer buffer = request(65536).boundary(65536).allocate()) {
            assertThat(buffer.extents()).containsExactly(new Extent(0, BASE + PAGE, 65536));
        }
        assertThat(failure(request(PAGE).boundary(65536).maxExtents(31))).hasMessageContaining("more extents than 31: 32 extents");
        try (ContiguousBuffer buffer = request(PAGE).boundary(65536).maxExtents(32).allocate()) {
            assertThat(buffer.extents()).hasSize(32).allSatisfy(extent -> assertThat(extent.length()).isEqualTo(65536));
        }
    }

    @Test
    void shouldServeWhatADeviceCanReach() {
        machine.addHugePages(PAGE, BASE, 4 * GIB, 4 * GIB - PAGE);

        try (ContiguousBuffer buffer = request(4096).addressBits(32).allocate()) {
            assertThat(buffer.physicalAddress()).isEqualTo(4 * GIB - PAGE);
        }
        assertThat(failure(request(2 * PAGE).addressBits(32))).hasMessageContaining("no 2 are neighbors");
    }

    @Test
    void shouldTakeThePoolThatWastesTheLeast() {
        machine.addHugePages(PAGE, BASE);
        machine.addHugePages(GIB, 2 * BASE);

        try (ContiguousBuffer buffer = request(MIB).allocate()) {
            assertThat(buffer.pageSize()).isEqualTo(PAGE);
        }
    }

    @Test
    void shouldTakeTheLargerPageWhereBothWasteTheSame() {
        final Long[] places = new Long[512];
        for (int i = 0; i < places.length; i++) {
            places[i] = BASE + i * PAGE;
        }
        machine.addHugePages(PAGE, places);
        machine.addHugePages(GIB, 2 * BASE);

        try (ContiguousBuffer buffer = request(GIB).allocate()) {
            assertThat(buffer.pageSize()).isEqualTo(GIB);
            assertThat(buffer.physicalAddress()).isEqualTo(2 * BASE);
        }
    }

    @Test
    void shouldTryTheNextPool() {
        machine.addHugePages(PAGE, BASE, BASE + 2 * PAGE);
        machine.addHugePages(GIB, 2 * BASE);

        try (ContiguousBuffer buffer = request(2 * PAGE).allocate()) {
            assertThat(buffer.pageSize()).isEqualTo(GIB);
            assertThat(buffer.size()).isEqualTo(2 * PAGE);
        }
        assertThat(failure(request(2 * PAGE).addressBits(32))).hasMessageContaining("pages of 2 MiB no 2 are neighbors")
                .hasMessageContaining("pages of 1 GiB none lies where asked for");
    }

    @Test
    void shouldSayWhereThePagesLieThatADeviceDoesNotReach() {
        machine.addHugePages(PAGE, BASE + 6 * PAGE, BASE, BASE + 4 * PAGE);

        assertThat(failure(request(PAGE).addressBits(32))).hasMessageContaining("of the 3 free pages of 2 MiB none lies where asked for,"
                + " up to 0xffffffff (32 address bits): they lie from 0x200000000 to 0x200dfffff")
                .hasMessageContaining("a device that reaches higher").hasMessageNotContaining("hugepagesz=1G");
        assertThat(failure(request(2 * PAGE).alignment(2 * PAGE).boundary(8 * PAGE))).hasMessageContaining("no 2 are neighbors where asked"
                + " for, at multiples of 4 MiB, across no boundary of 16 MiB (the longest extent: 2 MiB)");
    }

    @Test
    void shouldNotAdviseLargerPagesWhereTheDeviceReachesLittle() {
        machine.addHugePages(PAGE, BASE, 4 * PAGE);

        assertThat(failure(request(2 * PAGE).addressBits(32))).hasMessageContaining("(the longest extent: 2 MiB)")
                .hasMessageContaining("hugepages=N").hasMessageNotContaining("hugepagesz=1G");
    }

    @Test
    void shouldMakeUpSeveralExtents() {
        machine.addHugePages(PAGE, BASE + PAGE, BASE + 9 * PAGE, BASE, BASE + 20 * PAGE);

        try (ContiguousBuffer buffer = request(3 * PAGE).maxExtents(2).allocate()) {
            assertThat(buffer.extents()).containsExactly(new Extent(0, BASE, 2 * PAGE), new Extent(2 * PAGE, BASE + 9 * PAGE, PAGE));
        }
        assertThat(failure(request(4 * PAGE).maxExtents(2))).hasMessageContaining("no 4 are neighbors");
        assertThat(machine.libC.hugePages.free(PAGE)).isEqualTo(4);
    }

    @Test
    void shouldCutARunAtBoundariesIfSeveralExtentsAreAllowed() {
        machine.addHugePages(PAGE, BASE, BASE + PAGE, BASE + 2 * PAGE, BASE + 3 * PAGE);

        try (ContiguousBuffer buffer = request(4 * PAGE).boundary(4 * MIB).maxExtents(2).allocate()) {
            assertThat(buffer.extents()).containsExactly(new Extent(0, BASE, 4 * MIB), new Extent(4 * MIB, BASE + 4 * MIB, 4 * MIB));
        }
    }

    @Test
    void shouldLookIntoThePoolOfTheNode() {
        machine.addHugePages(PAGE, BASE);
        machine.writePool("sys/devices/system/node/node0", PAGE, 1, 0);
        machine.writePool("sys/devices/system/node/node1", PAGE, 1, 1);
        machine.shims.nodeOf = address -> 1;

        request(4096).node(1).allocate().close();

        assertThat(failure(request(4096).node(0))).hasMessageContaining("0 free of 1 pages of 2 MiB on node 0")
                .hasMessageContaining("/sys/devices/system/node/node0/hugepages");
        assertThat(failure(request(4096).node(2))).hasMessageContaining("not on that node");
    }
}
