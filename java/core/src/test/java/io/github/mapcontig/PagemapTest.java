// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongPredicate;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PagemapTest {
    private static final long PAGE = 4096;

    @TempDir
    private Path folder;

    @Test
    void shouldReadPagesOfThisProcess() {
        try (Memory memory = new Memory(1 << 20); Pagemap pagemap = Pagemap.ofSelf()) {
            memory.clear();
            final long pageSize = pagemap.pageSize();
            final long address = Pointer.nativeValue(memory) + pageSize - 1 & -pageSize;

            final PhysicalLayout layout = pagemap.layout(address, (1 << 20) - pageSize);

            assertThat(layout.presentPages()).isEqualTo(layout.pages());
            assertThat(pagemap.entry(address).present()).isTrue();
            assertThat(pagemap.entry(address + pageSize - 1)).isEqualTo(pagemap.entry(address));
        }
    }

    @Test
    void shouldReadTheSameThroughAProcessId() {
        try (Memory memory = new Memory(1 << 20);
             Pagemap self = Pagemap.ofSelf();
             Pagemap other = Pagemap.of(ProcessHandle.current().pid())) {
            memory.clear();
            final long address = Pointer.nativeValue(memory);

            assertThat(other.entry(address)).isEqualTo(self.entry(address));
        }
    }

    @Test
    void shouldReadMoreThanOneBatch() throws IOException {
        final int pages = 40_000;
        try (Pagemap pagemap = recorded(pages, 100)) {
            final PhysicalLayout layout = pagemap.layout(3 * PAGE, (pages - 3) * PAGE);

            assertThat(layout.extents()).containsExactly(new Extent(0, 103 * PAGE, (pages - 3) * PAGE));
        }
    }

    @Test
    void shouldReadTheFirstEntryOfEachHugePage() throws IOException {
        // The others say that nothing is there, and nobody may ask them.
        try (Pagemap pagemap = recorded(32, 128, page -> page % 8 != 0)) {
            assertThat(pagemap.layout(0, 32 * PAGE, 8 * PAGE).extents()).containsExactly(new Extent(0, 128 * PAGE, 32 * PAGE));
            assertThat(pagemap.layout(8 * PAGE, 16 * PAGE, 8 * PAGE).extents())
                    .containsExactly(new Extent(0, 136 * PAGE, 16 * PAGE));
            assertThat(pagemap.layout(0, 32 * PAGE, PAGE).presentPages()).as("not huge: all").isEqualTo(4);
        }
    }

    @Test
    void shouldTellHugePagesThatAreNoNeighbors() throws IOException {
        try (Pagemap pagemap = recorded(24, page -> page < 16 ? 128 + page : 1024 + page)) {
            final PhysicalLayout layout = pagemap.layout(0, 24 * PAGE, 8 * PAGE);

            assertThat(layout).isEqualTo(pagemap.layout(0, 24 * PAGE));
            assertThat(layout.extents()).containsExactly(new Extent(0, 128 * PAGE, 16 * PAGE),
                    new Extent(16 * PAGE, 1040 * PAGE, 8 * PAGE));
            assertThat(layout.presentPages()).isEqualTo(24);
        }
    }

    @Test
    void shouldReadAPartOfTheLastHugePage() throws IOException {
        try (Pagemap pagemap = recorded(16, 128)) {
            assertThat(pagemap.layout(0, 11 * PAGE, 8 * PAGE).extents()).containsExactly(new Extent(0, 128 * PAGE, 11 * PAGE));
            assertThat(pagemap.layout(0, 3 * PAGE, 8 * PAGE).extents()).containsExactly(new Extent(0, 128 * PAGE, 3 * PAGE));
        }
    }

    @Test
    void shouldReadAllEntriesWhereOneIsNotOfAHugePage() throws IOException {
        // The middle is at an address that is no multiple of a huge page, is not present, is hidden.
        try (Pagemap displaced = recorded(24, page -> page / 8 == 1 ? 500 + 2 * page : 128 + page);
             Pagemap absent = recorded(24, 128, page -> page / 8 == 1);
             Pagemap hidden = recorded(24, page -> page / 8 == 1 ? 0 : 128 + page)) {
            assertThat(displaced.layout(0, 24 * PAGE, 8 * PAGE).extents()).hasSize(10).contains(new Extent(8 * PAGE, 516 * PAGE, PAGE));
            assertThat(absent.layout(0, 24 * PAGE, 8 * PAGE)).isEqualTo(absent.layout(0, 24 * PAGE));
            assertThat(absent.layout(0, 24 * PAGE, 8 * PAGE).presentPages()).isEqualTo(16);
            assertThat(hidden.layout(0, 24 * PAGE, 8 * PAGE).hiddenPages()).isEqualTo(8);
        }
    }

    @Test
    void shouldRefuseWhatIsNotMadeOfHugePages() throws IOException {
        try (Pagemap pagemap = recorded(16, 128)) {
            assertThatThrownBy(() -> pagemap.layout(PAGE, 8 * PAGE, 8 * PAGE)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("0x1000 is not a multiple of the page size 32768");
            assertThatThrownBy(() -> pagemap.layout(0, 8 * PAGE, 3 * PAGE)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("power of two from 4096: 12288");
            assertThatThrownBy(() -> pagemap.layout(0, 8 * PAGE, 2048)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> pagemap.layout(0, PAGE / 2, 8 * PAGE)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void shouldSayWhereTheEntriesEnd() throws IOException {
        try (Pagemap pagemap = recorded(10, 100)) {
            assertThatExceptionOfType(ContiguousMemoryException.class)
                    .isThrownBy(() -> pagemap.layout(0, 11 * PAGE))
                    .withMessageContaining("no entry for address 0xa000")
                    .withMessageContaining("what to do");
        }
    }

    @Test
    void shouldSurviveAnInterruptAndKeepItPending() throws IOException {
        try (Pagemap pagemap = recorded(10, 100)) {
            Thread.currentThread().interrupt();

            assertThat(pagemap.layout(0, 10 * PAGE).isContiguous()).isTrue();
            assertThat(Thread.interrupted()).isTrue();
            assertThat(pagemap.layout(0, 10 * PAGE).isContiguous()).isTrue();
        }
    }

    @Test
    void shouldSurviveInterruptsAtAnyMoment() throws Exception {
        try (Pagemap pagemap = recorded(20_000, 100)) {
            final Thread reader = Thread.currentThread();
            final Thread interrupter = new Thread(() -> {
                for (int i = 0; i < 300; i++) {
                    reader.interrupt();
                    Thread.onSpinWait();
                }
            });
            interrupter.start();
            while (interrupter.isAlive()) {
                assertThat(pagemap.layout(0, 20_000 * PAGE).isContiguous()).isTrue();
            }
            Thread.interrupted();
            interrupter.join();
        }
    }

    @Test
    void shouldRefusePartsOfPages() throws IOException {
        try (Pagemap pagemap = recorded(10, 100)) {
            assertThatThrownBy(() -> pagemap.layout(1, PAGE)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("0x1 ").hasMessageContaining("page size 4096");
            assertThatThrownBy(() -> pagemap.layout(0, PAGE + 1)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("4097");
            assertThatThrownBy(() -> pagemap.layout(0, 0)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> pagemap.layout(0, -PAGE)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void shouldSayThatAProcessDoesNotExist() {
        // Greater than the kernel's greatest process id.
        assertThatExceptionOfType(ContiguousMemoryException.class)
                .isThrownBy(() -> Pagemap.of(1 << 30))
                .withMessageContaining("can not open /proc/1073741824/pagemap")
                .withMessageContaining("check that the process exists");
        assertThatThrownBy(() -> Pagemap.of(0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldThrowAfterClose() throws IOException {
        final Pagemap pagemap = recorded(10, 100);
        pagemap.close();
        pagemap.close();

        assertThatThrownBy(() -> pagemap.entry(0)).isInstanceOf(IllegalStateException.class).hasMessageContaining("closed");
    }

    /** A pagemap file of consecutive present pages. */
    private Pagemap recorded(final int pages, final long firstPfn) throws IOException {
        return recorded(pages, page -> firstPfn + page);
    }

    /** A pagemap file of consecutive pages, of which some are absent. */
    private Pagemap recorded(final int pages, final long firstPfn, final LongPredicate absent) throws IOException {
        return recordedWords(pages, page -> absent.test(page) ? 0 : PagemapEntry.PRESENT | firstPfn + page);
    }

    /** A pagemap file of present pages. */
    private Pagemap recorded(final int pages, final LongUnaryOperator pfn) throws IOException {
        return recordedWords(pages, page -> PagemapEntry.PRESENT | pfn.applyAsLong(page));
    }

    private Pagemap recordedWords(final int pages, final LongUnaryOperator word) throws IOException {
        final ByteBuffer words = ByteBuffer.allocate(pages * Long.BYTES).order(ByteOrder.nativeOrder());
        for (int page = 0; page < pages; page++) {
            words.putLong(word.applyAsLong(page));
        }
        final Path file = Files.createTempFile(folder, "pagemap", "");
        Files.write(file, words.array());
        return new Pagemap(file, PAGE);
    }
}
