// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.mapcontig.KernelPageFlags.Flag;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class KernelPageFlagsTest {
    /** As read from /proc/kpageflags of Linux 6.18: a page of a hugetlb pool, a transparent huge page, a hole. */
    private static final long HUGETLB_TAIL = 0x30000L;
    private static final long THP_HEAD = 0x40d828L;
    private static final long HOLE = 0x100000L;

    @Test
    void shouldNameTheFlagsOfRecordedWords() {
        assertThat(new KernelPageFlags(HUGETLB_TAIL)).hasToString("COMPOUND_TAIL HUGE");
        assertThat(new KernelPageFlags(THP_HEAD).flags()).containsExactly(Flag.UPTODATE, Flag.LRU, Flag.MMAP, Flag.ANON,
                Flag.SWAPBACKED, Flag.COMPOUND_HEAD, Flag.THP);
        assertThat(new KernelPageFlags(HOLE).has(Flag.NOPAGE)).isTrue();
        assertThat(new KernelPageFlags(HOLE).has(Flag.BUDDY)).isFalse();
    }

    @Test
    void shouldIgnoreWhatTheKernelDoesNotPromise() {
        final KernelPageFlags flags = new KernelPageFlags(0xffff_ffff_f800_0000L);

        assertThat(flags.flags()).isEmpty();
        assertThat(flags).hasToString("");
    }

    @Test
    void shouldGiveFlagsThatCanNotBeChanged() {
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> new KernelPageFlags(0).flags().add(Flag.ANON));
    }

    @Test
    void shouldAgreeWithTheHeader() throws IOException, InterruptedException {
        final Process process = new ProcessBuilder(System.getProperty("mapcontig.constants"))
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        final List<String> header = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).lines()
                .filter(line -> line.startsWith("KPF_")).toList();
        assertThat(process.waitFor()).isZero();

        assertThat(Arrays.stream(Flag.values()).map(flag -> "KPF_" + flag + " " + Long.numberOfTrailingZeros(flag.mask())))
                .as("native/src/constants.c").containsExactlyElementsOf(header);
    }
}
