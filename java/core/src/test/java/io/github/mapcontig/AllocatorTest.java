// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

import static io.github.mapcontig.FakeMachine.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.mapcontig.internal.libc.Linux;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AllocatorTest {
    private static final long MIB = 1 << 20;

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

    @Test
    void shouldHandOutProvedBuffer() {
        try (ContiguousBuffer buffer = machine.request().size(MIB).allocate()) {
            assertThat(buffer.size()).isEqualTo(MIB);
            assertThat(buffer.physicalAddress()).isEqualTo(FakeMachine.FIRST_PFN * 4096);
            assertThat(buffer.physicalAddress(5000)).isEqualTo(FakeMachine.FIRST_PFN * 4096 + 5000);
            assertThat(buffer.extents()).containsExactly(new Extent(0, FakeMachine.FIRST_PFN * 4096, MIB));
            assertThat(buffer.proof().isContiguous()).isTrue();
            assertThat(buffer.source()).isEqualTo(Source.MAP_CONTIG);
            assertThat(buffer.addressKind()).isEqualTo(AddressKind.PHYSICAL);
        }
    }

    @Test
    void shouldAskTheKernelBeforeAndTouchNothingThatIsThere() {
        machine.request().size(MIB).allocate().close();

        assertThat(machine.libC.calls).containsExactly("memfd_create", "probe", "mmap contig",
                "madvise " + Linux.MADV_DONTFORK, "madvise " + Linux.MADV_DONTDUMP, "mmap");
    }

    @Test
    void shouldTouchPagesWhoseEntriesWentAway() {
        machine.loseEntriesUntilTouched(256);

        try (ContiguousBuffer buffer = machine.request().size(MIB).allocate()) {
            assertThat(buffer.proof().isContiguous()).isTrue();
            assertThat(machine.libC.calls).endsWith("madvise " + Linux.MADV_POPULATE_READ);
        }
    }

    @Test
    void shouldLeaveSharedBufferToChildren() {
        machine.request().size(MIB).sharing(Sharing.SHARED).allocate().close();

        assertThat(machine.libC.calls).doesNotContain("madvise " + Linux.MADV_DONTFORK)
                .contains("madvise " + Linux.MADV_DONTDUMP);
    }

    @Test
    void shouldRoundUpToWholePages() {
        try (ContiguousBuffer one = machine.request().size(1).allocate();
             ContiguousBuffer odd = machine.request().size(3 * 4096 + 1).allocate();
             ContiguousBuffer aligned = machine.request().size(5 * 4096).alignment(32768).allocate()) {
            assertThat(one.size()).isEqualTo(4096);
            assertThat(odd.size()).isEqualTo(4 * 4096);
            assertThat(aligned.size()).isEqualTo(32768);
        }
    }

    @Test
    void shouldNotBeFooledByKernelThatIgnoresTheFlag() {
        machine.libC.patched = false;

        final ContiguousMemoryException e = failure(machine.request().size(MIB));

        assertThat(e).hasMessageContaining("can not allocate 1 MiB (1048576 bytes)")
                .hasMessageContaining("this kernel lacks MAP_CONTIG (release 6.12.0-test)")
                .hasMessageContaining("boot a kernel with the MAP_CONTIG patches");
        assertThat(e.errno()).isEmpty();
        assertThat(machine.libC.calls).doesNotContain("mmap contig");
    }

    @Test
    void shouldNotBeFooledByKernelThatBreaksItsPromise() {
        machine.word = page -> FakeMachine.contiguousWord(page == 200 ? 900 : page);

        final ContiguousMemoryException e = failure(machine.request().size(MIB));

        assertThat(e).hasMessageContaining("not contiguous: 3 extents, 256 of 256 pages present");
    }

    @Test
    void shouldRefuseWhatIsNotWhollyPresent() {
        machine.word = page -> page == 255 ? 0 : FakeMachine.contiguousWord(page);

        assertThat(failure(machine.request().size(MIB))).hasMessageContaining("1 extents, 255 of 256 pages present");
    }

    @Test
    void shouldAskNobodyForMoreThanTheMachineHas() {
        machine.write("proc/meminfo", "MemTotal:       131072 kB\n");

        machine.request().size(128 * MIB).allocate().close();
        assertThat(failure(machine.request().size(129 * MIB))).hasMessageContaining("this machine has 128.0 MiB (MemTotal)");
        assertThat(machine.libC.calls).containsOnlyOnce("mmap contig");
    }

    @Test
    void shouldRefuseAnotherContract() {
        machine.write("sys/kernel/mm/map_contig/abi", "2\n");

        assertThat(failure(machine.request().size(MIB))).hasMessageContaining("speaks contract 2 of MAP_CONTIG");
    }

    @Test
    void shouldDoWithoutSysfs() {
        machine.delete("sys/kernel/mm/map_contig/abi");

        machine.request().size(MIB).allocate().close();
    }

    @Test
    void shouldSayThatMapContigIsSwitchedOff() {
        machine.libC.probeError = 95;

        final ContiguousMemoryException e = failure(machine.request().size(MIB));

        assertThat(e).hasMessageContaining("switched off").hasMessageContaining("EOPNOTSUPP (95");
        assertThat(e.errno()).contains(Errno.EOPNOTSUPP);
    }

    @Test
    void shouldExplainMissingPrivilege() {
        machine.libC.contigError = 1;
        machine.libC.limits = new long[] {0, 0};

        final ContiguousMemoryException e = failure(machine.request().size(MIB));

        assertThat(e.errno()).contains(Errno.EPERM);
        assertThat(e).hasMessageContaining("may not lock memory at all (RLIMIT_MEMLOCK soft 0 bytes, hard 0 bytes")
                .hasMessageContaining("EPERM (1").hasMessageContaining("CAP_IPC_LOCK").hasMessageContaining("ulimit -l");
        assertThat(e.limits()).contains(new LockLimits(0, 0, MIB, false));
    }

    @Test
    void shouldExplainLimitThatIsTooLow() {
        machine.libC.contigError = 11;
        machine.libC.limits = new long[] {8 * MIB, -1};

        final ContiguousMemoryException e = failure(machine.request().size(64 * MIB));

        assertThat(e.errno()).contains(Errno.EAGAIN);
        assertThat(e).hasMessageContaining("EAGAIN (11").hasMessageContaining("64 MiB more would pass the limit")
                .hasMessageContaining("RLIMIT_MEMLOCK soft 8 MiB, hard unlimited, locked now (VmLck) 1 MiB, no CAP_IPC_LOCK")
                .hasMessageContaining("plus 65536 KiB");
        assertThat(e.limits().orElseThrow().allow(64 * MIB)).isFalse();
        assertThat(e.limits().orElseThrow().allow(7 * MIB)).isTrue();
        assertThat(e.request().orElseThrow().size()).isEqualTo(64 * MIB);
    }

    @Test
    void shouldExplainThatThereIsNoRange() {
        machine.libC.contigError = 12;

        final ContiguousMemoryException e = failure(machine.request().size(256 * MIB));

        assertThat(e.errno()).contains(Errno.ENOMEM);
        assertThat(e).hasMessageContaining("no contiguous range of 256 MiB can be had (MemTotal 16.0 GiB, MemAvailable 8.0 GiB,"
                + " reserve of node 0: 128.0 MiB free of 512.0 MiB)").hasMessageContaining("contig_cma=SIZE");
    }

    @Test
    void shouldExplainOtherErrorsByName() {
        machine.libC.contigError = 4;

        assertThat(failure(machine.request().size(MIB))).hasMessageContaining("EINTR (4, interrupted by a signal)");
    }

    @Test
    void shouldRefuseMoreThanTheMachineHasWithoutAskingForIt() {
        final ContiguousMemoryException e = failure(machine.request().size(1L << 40));

        assertThat(e).hasMessageContaining("can not allocate 1 TiB").hasMessageContaining("this machine has 16.0 GiB");
        assertThat(machine.libC.calls).doesNotContain("mmap contig", "probe");
    }

    @Test
    void shouldRefuseWithoutProof() {
        machine.word = page -> PagemapEntry.PRESENT;

        final ContiguousMemoryException e = failure(machine.request().size(MIB));

        assertThat(e).hasMessageContaining("can not be proved contiguous").hasMessageContaining("CAP_SYS_ADMIN")
                .hasMessageContaining(".proof(ProofLevel.NONE)");
    }

    @Test
    void shouldDoWithoutProofWhenAsked() {
        machine.word = page -> PagemapEntry.PRESENT;

        try (ContiguousBuffer buffer = machine.request().size(MIB).proof(ProofLevel.NONE).allocate()) {
            assertThat(buffer.proof().level()).isEqualTo(ProofLevel.NONE);
            assertThat(buffer.proof().isContiguous()).isFalse();
            assertThat(buffer.proof().reason().orElseThrow()).contains("hides page frame numbers");
            assertThat(buffer.extents()).isEmpty();
            assertThat(catchThrowableOfType(IllegalStateException.class, buffer::physicalAddress))
                    .hasMessageContaining("allocated with proof NONE");
        }
    }

    @Test
    void shouldGiveMoreProofThanAskedWhereItCan() {
        try (ContiguousBuffer buffer = machine.request().size(MIB).proof(ProofLevel.NONE).allocate()) {
            assertThat(buffer.proof().level()).isEqualTo(ProofLevel.PFN);
            assertThat(buffer.physicalAddress()).isEqualTo(FakeMachine.FIRST_PFN * 4096);
        }
    }

    @Test
    void shouldRefuseAndReleaseWhatADeviceCanNotReach() {
        final ContiguousMemoryException e = failure(machine.request().size(MIB).addressBits(28));

        assertThat(e).hasMessageContaining("ends at 0x1400fffff, above the device's last address 0xfffffff");
    }

    @Test
    void shouldAcceptABufferThatEndsAtTheLastReachableByte() {
        machine.word = page -> PagemapEntry.PRESENT | (1L << 32) / 4096 - 256 + page;
        machine.request().size(MIB).addressBits(32).allocate().close();

        machine.word = page -> PagemapEntry.PRESENT | (1L << 32) / 4096 - 255 + page;
        assertThat(failure(machine.request().size(MIB).addressBits(32))).hasMessageContaining("32 address bits");
    }

    @Test
    void shouldRefuseAndReleaseWhatIsNotAligned() {
        machine.word = page -> PagemapEntry.PRESENT | 0x140001 + page;

        assertThat(failure(machine.request().size(8192).alignment(8192))).hasMessageContaining("is not a multiple of 8 KiB");
    }
}
