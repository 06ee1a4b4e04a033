// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.benchmarks.fragmentation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FragmentationReportTest {
    private static final long MIB = 1 << 20;
    private static final String SUMMARY = "state,seed,allocator,size,attempts,ok,scattered,failed,lies,rate,rate at least,p50 ns,p99 ns,p99.9 ns,"
            + "max ns,mapped p50 ns,mapped p99 ns,mapped max ns,memset p50 ns,p50 of memset,p99 of memset,failed p50 ns,failed max ns,"
            + "stall p99 ns,stall max ns,memset stall p99 ns,memset stall max ns,oom kills,left out";
    private static final String ATTEMPTS = "state,seed,arrangement,allocator,size,attempt,outcome,error,source,proof,allocate ns,mapped ns,"
            + "stall ns,oom kills";
    private static final String STATES = "state,seed,arrangement,size,total,free,cached,anonymous,unmovable share,largest free run,"
            + "largest movable run,pageblocks,pageblocks blocked,unusable order 9";
    private static final String BLOCKERS = "state,seed,arrangement,size,attempt,first page frame,blocking,certain,free,movable,pinned,unevictable,hugetlb,slab,"
            + "page table,kernel,reserved,absent";

    @TempDir
    private Path run;

    private final List<String> summary = new ArrayList<>(List.of(SUMMARY));
    private final List<String> attempts = new ArrayList<>(List.of(ATTEMPTS));
    private final List<String> blockers = new ArrayList<>(List.of(BLOCKERS));

    @BeforeEach
    void describeTheMachine() throws IOException {
        Files.write(run.resolve("machine.txt"), List.of("command: vagrant/vm bench --quick", "host: two processors", "state half: a guest"));
    }

    @Test
    void shouldSayWhichGoalsWereReached() throws IOException {
        measured("contig-search", 64 * MIB, 100, 99, 0, 50);
        measured("contig-search", 256 * MIB, 10, 8, 0, 50);
        measured("contig-search", 1024 * MIB, 10, 10, 0, 50);

        assertThat(report())
                .contains("| half: 1 GiB by MAP_CONTIG in 50.0 % of attempts | 10 of 10, 100.0 % (95 % sure of 90.0 %) | reached |")
                .contains("| half: 64 MiB by MAP_CONTIG in 99.0 % of attempts | 99 of 100, 99.0 % (95 % sure of 89.0 %) "
                        + "| reached in these attempts, too few to be sure |")
                .contains("| half: 256 MiB by MAP_CONTIG in 90.0 % of attempts | 8 of 10, 80.0 % (95 % sure of 70.0 %) | **missed** |");
    }

    @Test
    void shouldCompareTheReserveWithTheDmaHeap() throws IOException {
        measured("contig-reserve", 64 * MIB, 20, 20, 0, 2);
        measured("dma-heap", 64 * MIB, 20, 20, 0, 30);
        measured("contig-reserve", 8 * MIB, 20, 19, 0, 3);
        measured("dma-heap", 8 * MIB, 20, 20, 0, 30);

        assertThat(report()).contains("| 15.0 times (2.0 ms and 30.0 ms); until mapped 15.0 times; a memset 0.5 ms | reached |")
                .contains("| 10.0 times (3.0 ms and 30.0 ms); until mapped 10.0 times; a memset 0.5 ms | **missed** |")
                .contains("| 1 of 40 failed | **missed** |");
    }

    @Test
    void shouldSayThatNothingIsClearedFasterThanByAMemset() throws IOException {
        measured("contig-reserve", 64 * MIB, 20, 20, 0, 3);
        measured("dma-heap", 64 * MIB, 20, 20, 0, 7);
        measured("contig-reserve", 8 * MIB, 20, 20, 0, 3);
        measured("dma-heap", 8 * MIB, 20, 20, 0, 8);

        assertThat(report())
                .contains("| 2.3 times (3.0 ms and 7.0 ms); until mapped 2.3 times; a memset 0.5 ms | **missed**: it is less than a memset takes |")
                .contains("| 2.7 times (3.0 ms and 8.0 ms); until mapped 2.7 times; a memset 0.5 ms | **missed** |");
    }

    @Test
    void shouldDrawOnlyWhatThereIs() throws IOException {
        measured("contig-reserve", 64 * MIB, 20, 20, 0, 2);
        measured("dma-heap", 64 * MIB, 20, 20, 0, 30);

        assertThat(report()).contains("(distribution-half.png)").contains("(times-half.png)").doesNotContain("success.png");
        assertThat(run.resolve("distribution-half.png")).isNotEmptyFile();
        assertThat(run.resolve("success.png")).doesNotExist();
    }

    @Test
    void shouldDrawWhatWasMeasured() throws IOException {
        measured("contig-reserve", 64 * MIB, 20, 20, 0, 2);
        measured("dma-heap", 64 * MIB, 20, 20, 0, 30);
        report();
        final byte[] before = Files.readAllBytes(run.resolve("distribution-half.png"));
        report();
        assertThat(run.resolve("distribution-half.png")).hasBinaryContent(before);
        attempts.add(attempts.get(attempts.size() - 2).replace("30000", "90000"));

        report();

        assertThat(Files.readAllBytes(run.resolve("distribution-half.png"))).isNotEqualTo(before);
    }

    @Test
    void shouldNameWhatWasInTheWay() throws IOException {
        measured("contig-search", 256 * MIB, 10, 8, 0, 50);
        failure(256 * MIB, 0, "768,768,0,0,0,0,0,512,256,0,0,0");
        failure(256 * MIB, 1, "256,256,0,0,0,0,0,0,256,0,0,0");

        assertThat(report()).contains("| half | 256 MiB | 2 | 2 | 2.00 | 0.00 | 0.00 | 0.00 | 1.00 | 1.00 | 0.00 | 0.00 |");
    }

    @Test
    void shouldTellAMissedRangeFromNone() throws IOException {
        measured("contig-search", 64 * MIB, 10, 8, 0, 50);
        measured("contig-search", 256 * MIB, 10, 8, 0, 50);
        failure(64 * MIB, 0, "256,256,0,0,0,0,0,0,256,0,0,0");
        failure(64 * MIB, 1, "7,0,9,9,0,0,0,0,0,7,0,0");
        failure(256 * MIB, 0, "1,1,0,0,0,0,0,0,1,0,0,0");
        failure(256 * MIB, 1, "1,1,0,0,0,0,0,0,1,0,0,0");

        assertThat(report()).contains("; in 1 of 2 failures every range had pages in it that can not be moved | **missed** |")
                .contains("; in 2 of 2 failures every range had pages in it that can not be moved | **missed**: there was no range |")
                .contains("| half | 64 MiB | 2 | 1 | 0.51 |");
    }

    @Test
    void shouldNotTakeMemoryThatIsTooSmallForARange() throws IOException {
        measured("contig-search", 1024 * MIB, 2, 0, 0, 50);
        blockers.add("half,1,0,1073741824,0,,0,,0,0,0,0,0,0,0,0,0,0");
        blockers.add("half,1,0,1073741824,1,,0,,0,0,0,0,0,0,0,0,0,0");

        assertThat(report()).contains("; in 2 of 2 failures every range had pages in it that can not be moved | **missed**: there was no range |");
    }

    @Test
    void shouldNotExcuseFailuresThatWereNotLookedAt() throws IOException {
        measured("contig-search", 64 * MIB, 10, 8, 0, 50);
        failure(64 * MIB, 0, "256,256,0,0,0,0,0,0,256,0,0,0");

        assertThat(report()).contains("; in 1 of 1 failures every range had pages in it that can not be moved | **missed** |");
    }

    @Test
    void shouldCompareWithAnotherRun() throws IOException {
        measured("contig-search", 64 * MIB, 40, 40, 0, 50);
        measured("contig-search", 256 * MIB, 10, 9, 0, 50);
        final Path other = moved("other");
        measured("contig-search", 64 * MIB, 40, 39, 0, 50);
        measured("contig-search", 256 * MIB, 10, 2, 0, 50);
        summary.set(1, summary.get(1).replace(",2.0,3.0,", ",1.6,3.0,"));
        summary.set(2, summary.get(2).replace(",2.0,3.0,", ",6.0,3.0,"));
        write();

        FragmentationReport.write(run, Optional.of(other));

        assertThat(Files.readString(run.resolve("report.md"))).contains("in another run, other. Of 2 pairs of rates 1 agree")
                .contains("3.00 in the middle and 3.00 at most (2 pairs); with at least 30 successes in both runs, 1.25 in the middle and 1.25 at most (1 pairs)")
                .contains("| half | contig-search | 64 MiB | 39 of 40 | 40 of 40 | yes | 1.60 | 2.00 | 1.25 |\n")
                .contains("| half | contig-search | 256 MiB | 2 of 10 | 9 of 10 | **no** | 6.00 | 2.00 | 3.00 |\n");
    }

    @Test
    void shouldTellALie() throws IOException {
        measured("contig-search", 64 * MIB, 100, 99, 1, 50);
        write();

        assertThat(FragmentationReport.write(run, Optional.empty())).isFalse();
    }

    @Test
    void shouldTellTheTruth() throws IOException {
        measured("contig-search", 64 * MIB, 100, 99, 0, 50);
        write();

        assertThat(FragmentationReport.write(run, Optional.empty())).isTrue();
    }

    @Test
    void shouldGiveTheReasonForWhatIsLeftOut() throws IOException {
        measured("contig-search", 64 * MIB, 100, 99, 0, 50);
        summary.add("half,1,thp,67108864,0,0,0,0,0" + ",".repeat(19) + "0,\"too large, it says\"");

        assertThat(report()).contains("- too large, it says: thp 64 MiB\n");
    }

    @Test
    void shouldNameTheMachineAndTheCommand() throws IOException {
        measured("contig-search", 64 * MIB, 100, 99, 0, 50);

        assertThat(report()).contains("- host: two processors\n").contains("    vagrant/vm bench --quick\n");
    }

    @Test
    void shouldRefuseAFolderWithoutMeasurements() {
        assertThatThrownBy(() -> FragmentationReport.write(run, Optional.empty())).isInstanceOf(NoSuchFileException.class).hasMessageContaining("summary.csv");
    }

    /** A line of the summary in which the 99th percentile takes so many milliseconds, and as many attempts as succeeded. */
    private void measured(final String allocator, final long size, final int asked, final int ok, final int lies, final long millis) {
        final long nanos = millis * 1_000_000;
        summary.add(String.join(",", "half,1", allocator, "" + size, "" + asked, "" + ok, "0", "" + (asked - ok - lies), "" + lies,
                "" + (double) ok / asked, "" + ((double) ok / asked - 0.1), "1000000," + nanos + "," + nanos + "," + nanos, "1000000," + nanos + "," + nanos,
                "500000,2.0,3.0", "7000000,8000000", "1000,2000,3000,4000,0,\"\""));
        for (int i = 0; i < ok; i++) {
            attempts.add("half,1,0," + allocator + "," + size + "," + i + ",ok,,,pagemap," + (nanos + i) + "," + nanos + ",1,0");
            attempts.add("half,1,0,memset," + size + "," + i + ",ok,,,,500000,500000,1,0");
        }
    }

    private void failure(final long size, final int attempt, final String pages) {
        blockers.add("half,1,0," + size + "," + attempt + ",1024," + pages);
    }

    /** What was measured until now, as another run. */
    private Path moved(final String name) throws IOException {
        write();
        final Path other = Files.createDirectories(run.resolve(name));
        Files.move(run.resolve("half"), other.resolve("half"));
        summary.subList(1, summary.size()).clear();
        attempts.subList(1, attempts.size()).clear();
        return other;
    }

    private String report() throws IOException {
        write();
        FragmentationReport.write(run, Optional.empty());
        return Files.readString(run.resolve("report.md"));
    }

    private void write() throws IOException {
        final Path folder = Files.createDirectories(run.resolve("half"));
        Files.write(folder.resolve("summary.csv"), summary);
        Files.write(folder.resolve("attempts.csv"), attempts);
        Files.write(folder.resolve("blockers.csv"), blockers);
        Files.write(folder.resolve("states.csv"),
                List.of(STATES, "half,1,0,2097152,4294967296,2147483648,0,0,0.05,1048576,2097152,2048,245,0.9"));
    }
}
