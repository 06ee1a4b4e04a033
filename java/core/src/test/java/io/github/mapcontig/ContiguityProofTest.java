// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.time.Instant;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ContiguityProofTest {
    private static final long PAGE = 4096;

    static LongStream seeds() {
        return LongStream.rangeClosed(1, 200);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldFindExactlyThePagesThatMoved(final long seed) {
        final Random random = new Random(seed);
        final int pages = 1 + random.nextInt(200);
        final long[] before = words(random, pages);
        final long[] after = before.clone();
        for (int i = 0; i < pages; i++) {
            if (random.nextInt(5) == 0) {
                after[i] = random.nextInt(3) == 0 ? 0 : PagemapEntry.PRESENT | 1 + random.nextInt(50);
            }
        }

        final List<ByteRange> moved = proof(after, 0).movedSince(proof(before, 0));

        final BitSet expected = new BitSet();
        for (int i = 0; i < pages; i++) {
            expected.set(i, before[i] != after[i] || before[i] == 0);
        }
        final BitSet found = new BitSet();
        long last = -1;
        for (final ByteRange range : moved) {
            assertThat(range.offset()).as("ascending, not touching").isGreaterThan(last);
            found.set((int) (range.offset() / PAGE), (int) ((range.offset() + range.length()) / PAGE));
            last = range.offset() + range.length();
        }
        assertThat(found).isEqualTo(expected);
    }

    @Test
    void shouldNotCompareDifferentRanges() {
        final ContiguityProof one = proof(new long[] {PagemapEntry.PRESENT | 1}, 0);
        final ContiguityProof other = proof(new long[] {PagemapEntry.PRESENT | 1}, PAGE);

        assertThatIllegalArgumentException().isThrownBy(() -> one.movedSince(other)).withMessageContaining("different ranges");
    }

    @Test
    void shouldNotCompareWhatIsHidden() {
        final ContiguityProof hidden = proof(new long[] {PagemapEntry.PRESENT}, 0);

        assertThat(hidden.level()).isEqualTo(ProofLevel.NONE);
        assertThatIllegalStateException().isThrownBy(() -> hidden.movedSince(hidden)).withMessageContaining("CAP_SYS_ADMIN");
    }

    @Test
    void shouldTouchPagesThatWereNeverTouched() {
        try (Memory memory = new Memory(64 << 20)) {
            final long address = Pointer.nativeValue(memory) + PAGE * 16 & -PAGE * 16;
            final long length = 32 << 20;

            final ContiguityProof proof = ContiguityProof.of(address, length);

            assertThat(proof.presentPages()).isEqualTo(proof.pages());
            assertThat(proof.takenAt()).isBeforeOrEqualTo(Instant.now());
            assertThat(proof.isContiguous()).as("pages of zeros are one page").isFalse();
        }
    }

    @Test
    void shouldSayThatNothingIsMapped() {
        assertThatExceptionOfType(ContiguousMemoryException.class).isThrownBy(() -> ContiguityProof.of(PAGE * 16, PAGE * 16))
                .withMessageContaining("can not take a proof of 0x10000-0x1ffff").withMessageContaining("ENOMEM (12")
                .satisfies(e -> assertThat(e.errno()).contains(Errno.ENOMEM));
        assertThatIllegalArgumentException().isThrownBy(() -> ContiguityProof.of(1, PAGE));
        assertThatIllegalArgumentException().isThrownBy(() -> ContiguityProof.of(PAGE, 0));
    }

    @Test
    void shouldSayInOneLineWhatItProves() {
        assertThat(proof(new long[] {PagemapEntry.PRESENT | 16, PagemapEntry.PRESENT | 17}, PAGE))
                .hasToString("8 KiB at 0x1000: contiguous, physical 0x10000-0x11fff");
        assertThat(proof(new long[] {PagemapEntry.PRESENT | 16, PagemapEntry.PRESENT | 19, 0}, PAGE))
                .hasToString("12 KiB at 0x1000: not contiguous, 2 extents, 2 of 3 pages present");
        assertThat(proof(new long[] {PagemapEntry.PRESENT}, PAGE)).hasToString("4 KiB at 0x1000: not proved: hidden");
    }

    private static long[] words(final Random random, final int pages) {
        final long[] words = new long[pages];
        long pfn = 1;
        for (int i = 0; i < pages; i++) {
            pfn = random.nextInt(8) == 0 ? 1 + random.nextInt(50) : pfn + 1;
            words[i] = random.nextInt(20) == 0 ? 0 : PagemapEntry.PRESENT | pfn;
        }
        return words;
    }

    private static ContiguityProof proof(final long[] words, final long address) {
        final LayoutScanner scanner = new LayoutScanner(PAGE);
        scanner.scan(words, words.length);
        final PhysicalLayout layout = scanner.finish(address);
        return layout.hiddenPages() > 0
                ? new ContiguityProof(layout, ProofLevel.NONE, "hidden", Instant.now(), Pinning.NONE, List.of())
                : new ContiguityProof(layout, ProofLevel.PFN, null, Instant.now(), Pinning.NONE, List.of());
    }
}
