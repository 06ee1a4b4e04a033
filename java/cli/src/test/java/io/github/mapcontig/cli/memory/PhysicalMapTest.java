// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.github.mapcontig.Extent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PhysicalMapTest {
    /** As read from /proc/kpageflags of Linux 6.18. */
    private static final long FREE = 0x400;
    private static final long ANON = 0x400005828L;
    private static final long CACHE = 0x800000060L;
    private static final long KERNEL = 0;
    private static final long HOLE = 0x100000;

    private static final long PAGE = 4096;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({"0x400, FREE", "0x400005828, ANONYMOUS", "0x800000060, PAGE_CACHE", "0x402415828, HUGE", "0x30000, HUGE",
        "0x10080, KERNEL", "0x211080, KERNEL", "0x0, KERNEL", "0x4000000, KERNEL", "0x100000, HOLE", "0x800000, HOLE",
        "0x80400, BROKEN", "0x8c0041028, LOCKED", "0x400045828, LOCKED", "0x900000000, KERNEL"})
    void shouldTellKindsFromRecordedWords(final String word, final PageKind kind) {
        assertThat(PageKind.of(Long.decode(word))).isEqualTo(kind);
    }

    private PhysicalMap map(final FrameSet reserve, final FrameSet ours, final Optional<FrameSet> ram, final long... words) {
        final PhysicalMap.Builder builder = new PhysicalMap.Builder(ram, reserve, ours);
        // One by one, as the worst division into batches.
        for (final long word : words) {
            builder.add(new long[] {word}, 1);
        }
        return builder.build(PAGE);
    }

    @Test
    void shouldJoinRuns() {
        final PhysicalMap map = map(FrameSet.EMPTY, FrameSet.EMPTY, Optional.empty(), FREE, FREE, ANON, CACHE, CACHE, FREE);

        assertThat(map.runs()).isEqualTo(4);
        assertThat(map.start(2)).isEqualTo(3 * PAGE);
        assertThat(map.start(4)).isEqualTo(6 * PAGE);
        assertThat(map.kind(2)).isEqualTo(PageKind.PAGE_CACHE);
        assertThat(map.runAt(2 * PAGE)).isEqualTo(1);
        assertThat(map.runAt(5 * PAGE - 1)).isEqualTo(2);
        assertThat(map.totals()).isEqualTo(Map.of(PageKind.FREE, 3 * PAGE, PageKind.ANONYMOUS, PAGE,
                PageKind.PAGE_CACHE, 2 * PAGE));
        assertThat(map.longest(PageKind.FREE)).isEqualTo(2 * PAGE);
        assertThat(map.longest(PageKind.HUGE)).isZero();
    }

    @Test
    void shouldKnowReservesAndProcessesAndHoles() {
        final FrameSet reserve = FrameSet.of(List.of(new FrameSet.Run(0, 3)));
        final FrameSet ours = FrameSet.ofExtents(List.of(new Extent(0, 3 * PAGE, PAGE), new Extent(0, PAGE, PAGE)), PAGE);
        final FrameSet ram = FrameSet.of(List.of(new FrameSet.Run(0, 5)));
        final PhysicalMap map = map(reserve, ours, Optional.of(ram), FREE, FREE, ANON, ANON, FREE, KERNEL, HOLE);

        assertThat(map.runs()).isEqualTo(6);
        assertThat(List.of(map.kind(0), map.kind(1), map.kind(2), map.kind(3), map.kind(4), map.kind(5)))
                .containsExactly(PageKind.RESERVE, PageKind.OURS, PageKind.ANONYMOUS, PageKind.OURS, PageKind.FREE, PageKind.HOLE);
    }

    @Test
    void shouldGrow() {
        final PhysicalMap.Builder builder = new PhysicalMap.Builder(Optional.empty(), FrameSet.EMPTY, FrameSet.EMPTY);
        for (int i = 0; i < 5000; i++) {
            builder.add(new long[] {FREE, ANON}, 2);
        }
        assertThat(builder.build(PAGE).runs()).isEqualTo(10_000);
    }

    @Test
    void shouldJoinOverlappingFrames() {
        assertThat(FrameSet.of(List.of(new FrameSet.Run(5, 7), new FrameSet.Run(1, 3), new FrameSet.Run(2, 4),
                new FrameSet.Run(4, 5), new FrameSet.Run(9, 10))).runs())
                .containsExactly(new FrameSet.Run(1, 7), new FrameSet.Run(9, 10));
    }

    @Test
    void shouldReadTheFileInBatches() throws IOException {
        final int frames = 200_000;
        final Path file = write(frames);

        try (PageFlagsFile flags = new PageFlagsFile(file)) {
            final long[] told = {0};
            final PhysicalMap map = flags.map(Optional.empty(), FrameSet.EMPTY, FrameSet.EMPTY, PAGE, frame -> told[0] = frame);
            assertThat(map.start(map.runs())).isEqualTo(frames * PAGE);
            assertThat(map.totals()).isEqualTo(Map.of(PageKind.FREE, frames / 2 * PAGE, PageKind.ANONYMOUS, frames / 2 * PAGE));
            assertThat(told[0]).isEqualTo(frames);
            assertThat(flags.flags(1).word()).isEqualTo(ANON);
            assertThat(flags.count(new FrameSet.Run(1, 100_002), FREE)).isEqualTo(50_000);
            // Behind the last page frame there is nothing to count.
            assertThat(flags.count(new FrameSet.Run(frames - 2, frames + 100), FREE)).isEqualTo(1);
            assertThat(flags.flags(frames - 1).word()).isEqualTo(ANON);
            assertThatIOException().isThrownBy(() -> flags.flags(frames))
                    .withMessageContaining("no page frame");
        }
    }

    private Path write(final int frames) throws IOException {
        final ByteBuffer words = ByteBuffer.allocate(frames * Long.BYTES).order(ByteOrder.nativeOrder());
        for (int i = 0; i < frames; i++) {
            words.putLong(i % 2 == 0 ? FREE : ANON);
        }
        return Files.write(folder.resolve("kpageflags"), words.array());
    }
}
