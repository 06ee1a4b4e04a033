// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowable;

import example.Driver;
import java.nio.file.Path;
import java.text.MessageFormat;
import java.util.function.BooleanSupplier;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is reported and counted of buffers that were forgotten. */
class LeakTest {
    private static final String DETECTION = "mapcontig.leakDetection";
    private static final String ON_LEAK = "mapcontig.onLeak";

    @TempDir
    private Path root;
    private CapturedLog log;

    @BeforeEach
    void start() {
        log = new CapturedLog();
    }

    @AfterEach
    void stop() {
        log.close();
        System.clearProperty(DETECTION);
        System.clearProperty(ON_LEAK);
    }

    @Test
    void shouldNameTheCallerOfTheLibrary() {
        final FakeMachine machine = new FakeMachine(root);

        assertThat(reportOf(machine, dropped(machine))).containsPattern(
                "dropped without close\\(\\) and is freed now.* It was allocated at example\\.Driver\\.open\\(Driver\\.java:\\d+\\)\\.$");
    }

    @Test
    void shouldNameAllCallersWhenAsked() {
        System.setProperty(DETECTION, "full");
        final FakeMachine machine = new FakeMachine(root);

        assertThat(reportOf(machine, dropped(machine))).containsPattern("example\\.Driver\\.open\\(Driver\\.java:\\d+\\)\\R\tat ");
    }

    @Test
    void shouldSayHowToRecordTheSiteWhenItIsOff() {
        System.setProperty(DETECTION, "off");
        final FakeMachine machine = new FakeMachine(root);

        assertThat(reportOf(machine, dropped(machine))).contains("not recorded (-Dmapcontig.leakDetection=site records it)")
                .doesNotContain("Driver");
    }

    @Test
    void shouldKeepWhatWasDroppedInQuarantine() {
        System.setProperty(ON_LEAK, "quarantine");
        final FakeMachine machine = new FakeMachine(root);

        assertThat(reportOf(machine, dropped(machine))).contains("stays allocated until the process ends").contains("example.Driver.open");
        assertThat(log.records).extracting(LogRecord::getLevel).contains(Level.SEVERE);
        assertThat(machine.libC.mapped).hasSize(1);
        assertThat(machine.environment.ledger().statistics()).isEqualTo(new MemoryStatistics(0, 0, 0, 1, 8192));
    }

    @Test
    void shouldRefuseOtherValues() {
        System.setProperty(DETECTION, "paranoid");
        assertThatIllegalArgumentException().isThrownBy(() -> new FakeMachine(root))
                .withMessage("the system property mapcontig.leakDetection must be one of [off, site, full]: paranoid");
        System.setProperty(DETECTION, "off");
        System.setProperty(ON_LEAK, "");
        assertThatIllegalArgumentException().isThrownBy(() -> new FakeMachine(root)).withMessageContaining("mapcontig.onLeak");
    }

    @Test
    void shouldCountLiveClosedAndLeaked() {
        final FakeMachine machine = new FakeMachine(root);
        assertThat(statistics(machine)).isEqualTo(new MemoryStatistics(0, 0, 0, 0, 0));
        final ContiguousBuffer buffer = machine.request().size(4096).allocate();
        final ContiguousBuffer leased = machine.request().size(12288).allocate();
        buffer.slice(0, 100).close();
        assertThat(statistics(machine)).isEqualTo(new MemoryStatistics(2, 16384, 0, 0, 0));

        try (DmaLease lease = leased.beginDma()) {
            assertThat(lease).isNotNull();
            leased.close();
            assertThat(statistics(machine)).as("closed, but a device may write").isEqualTo(new MemoryStatistics(2, 16384, 0, 0, 0));
        }
        assertThat(statistics(machine)).isEqualTo(new MemoryStatistics(1, 4096, 1, 0, 0));
        buffer.close();
        buffer.close();
        assertThat(statistics(machine)).isEqualTo(new MemoryStatistics(0, 0, 2, 0, 0));

        reportOf(machine, dropped(machine));
        assertThat(statistics(machine)).isEqualTo(new MemoryStatistics(0, 0, 2, 1, 0));
        droppedWithLease(machine);
        assertThat(collectUntil(() -> statistics(machine).leakedBuffers() == 2)).isTrue();
        assertThat(statistics(machine)).isEqualTo(new MemoryStatistics(0, 0, 2, 2, 4096));
    }

    @Test
    void shouldNotCountWhatWasNotHandedOut() {
        final FakeMachine machine = new FakeMachine(root);
        machine.word = page -> PagemapEntry.PRESENT;
        assertThat(catchThrowable(() -> machine.request().size(4096).allocate()))
                .isInstanceOf(ContiguousMemoryException.class);
        assertThat(statistics(machine)).isEqualTo(new MemoryStatistics(0, 0, 0, 0, 0));
    }

    private static MemoryStatistics statistics(final FakeMachine machine) {
        return machine.environment.ledger().statistics();
    }

    /** The address of a buffer of 8 KiB that nobody can reach. */
    private static long dropped(final FakeMachine machine) {
        return Driver.open(() -> machine.request().size(8192).allocate()).address();
    }

    private static void droppedWithLease(final FakeMachine machine) {
        machine.request().size(4096).allocate().beginDma();
    }

    private String reportOf(final FakeMachine machine, final long address) {
        assertThat(collectUntil(() -> statistics(machine).leakedBuffers() > 0 && report(address) != null)).isTrue();
        return report(address);
    }

    private String report(final long address) {
        final String start = "0x" + Long.toHexString(address) + "-";
        return log.records.stream().filter(entry -> entry.getParameters()[0].toString().startsWith(start))
                .map(entry -> MessageFormat.format(entry.getMessage(), entry.getParameters())).findAny().orElse(null);
    }

    private static boolean collectUntil(final BooleanSupplier condition) {
        for (int i = 0; i < 40 && !condition.getAsBoolean(); i++) {
            System.gc();
            try {
                Thread.sleep(25);
            } catch (final InterruptedException e) {
                throw new AssertionError(e);
            }
        }
        return condition.getAsBoolean();
    }
}
