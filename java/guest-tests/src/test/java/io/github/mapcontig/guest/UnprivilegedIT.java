// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.guest;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mapcontig.Source;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** C4 as an ordinary user meets it, and what is left of the proof without CAP_SYS_ADMIN. */
@Tag("patched")
class UnprivilegedIT {
    private static final long MIB = 1 << 20;

    private static OrdinaryUser user;
    private static long reserveFree;

    @BeforeAll
    static void start() throws IOException {
        reserveFree = Guest.reserveFree();
        user = new OrdinaryUser();
    }

    @AfterAll
    static void losesNothing() {
        assertThat(Guest.reserveFree()).isEqualTo(reserveFree);
    }

    @Test
    void shouldExplainThatNothingMayBeLocked() {
        final String output = run(0, MIB, "NONE");

        assertThat(output).contains("mapContig true", "EPERM (1", "may not lock memory at all",
                "RLIMIT_MEMLOCK soft 0 bytes, hard 0 bytes", "no CAP_IPC_LOCK", "LimitMEMLOCK=", "locked 0");
    }

    @Test
    void shouldExplainThatTheLimitIsTooLow() {
        final String output = run(8 * MIB, 64 * MIB, "NONE");

        assertThat(output).contains("EAGAIN (11", "64 MiB more would pass the limit", "RLIMIT_MEMLOCK soft 8 MiB, hard 8 MiB",
                "plus 65536 KiB", "locked 0");
    }

    @Test
    void shouldExplainThatNothingCanBeProved() {
        final String output = run(8 * MIB, 4 * MIB, "PFN");

        assertThat(output).contains("pfns false", "can not be proved contiguous", "CAP_SYS_ADMIN", ".proof(ProofLevel.NONE)",
                "locked 0").doesNotContain("allocated");
    }

    @Test
    void shouldGiveMemoryWithoutAddressesWhenAsked() {
        final String output = run(8 * MIB, 4 * MIB, "NONE");

        assertThat(output).contains("allocated 4194304, proof NONE", "no physical address", "locked 0");
    }

    @Test
    void shouldProveWhatLiesWithinAHugePage() {
        final String output = run(8 * MIB, 2 * MIB, "HUGE_PAGE");

        assertThat(output).contains("pfns false", "allocated 2097152, proof HUGE_PAGE", "no physical address", "locked 0");
    }

    @Test
    void shouldProveAHugePageOfThePool() {
        try (HugePages pool = new HugePages(4)) {
            final String output = run(0, MIB, "HUGE_PAGE", Source.HUGETLB);

            assertThat(output).contains("allocated 1048576, proof HUGE_PAGE", "no physical address");
            assertThat(pool.free()).isEqualTo(4);
        }
    }

    @Test
    void shouldExplainThatNeighborsCanNotBeFound() {
        try (HugePages pool = new HugePages(4)) {
            final String output = run(0, 4 * MIB, "NONE", Source.HUGETLB);

            assertThat(output).contains("which of the pool's pages of 2 MiB are neighbors", "CAP_SYS_ADMIN");
            assertThat(pool.free()).isEqualTo(4);
        }
    }

    @Test
    void shouldNotTakeThePageOfZerosForMemory() {
        final Guest.Outcome outcome = user.run(0, ZerosProgram.class);

        assertThat(outcome.status()).as(outcome.output()).isZero();
        assertThat(outcome.output().lines()).containsExactly(
                "read, small pages: proof NONE, huge entries 0, zeros 2097152",
                "written, small pages: proof NONE, huge entries 0, zeros 0",
                "read, a huge page: proof NONE, huge entries 2097152, zeros 2097152",
                "written, a huge page: proof HUGE_PAGE, huge entries 2097152, zeros 0");
    }

    private static String run(final long limit, final long size, final String proof) {
        return run(limit, size, proof, Source.MAP_CONTIG);
    }

    private static String run(final long limit, final long size, final String proof, final Source source) {
        final Guest.Outcome outcome = user.run(limit, UnprivilegedProgram.class, Long.toString(size), proof, source.name());
        assertThat(outcome.status()).as(outcome.output()).isZero();
        return outcome.output();
    }
}
