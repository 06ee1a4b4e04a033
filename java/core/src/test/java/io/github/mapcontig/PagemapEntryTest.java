// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Words as real kernels wrote them. */
class PagemapEntryTest {
    @Test
    void shouldDecodeAnonymousPage() {
        final PagemapEntry entry = new PagemapEntry(0x8180_0000_0012_3456L);

        assertThat(entry.present()).isTrue();
        assertThat(entry.exclusive()).isTrue();
        assertThat(entry.softDirty()).isTrue();
        assertThat(entry.swapped()).isFalse();
        assertThat(entry.fileOrShared()).isFalse();
        assertThat(entry.hidden()).isFalse();
        assertThat(entry.pageFrameNumber()).hasValue(0x12_3456);
    }

    @Test
    void shouldDecodeSharedHugePage() {
        final PagemapEntry entry = new PagemapEntry(0xa100_0000_0034_0201L);

        assertThat(entry.present()).isTrue();
        assertThat(entry.fileOrShared()).isTrue();
        assertThat(entry.pageFrameNumber()).hasValue(0x34_0201);
    }

    @Test
    void shouldNotTakeHiddenNumberForAnAddress() {
        // What a process without CAP_SYS_ADMIN reads.
        final PagemapEntry entry = new PagemapEntry(0x8100_0000_0000_0000L);

        assertThat(entry.present()).isTrue();
        assertThat(entry.hidden()).isTrue();
        assertThat(entry.pageFrameNumber()).isEmpty();
    }

    @Test
    void shouldNotTakeSwapOffsetForAnAddress() {
        final PagemapEntry entry = new PagemapEntry(0x4080_0000_0000_1234L);

        assertThat(entry.swapped()).isTrue();
        assertThat(entry.present()).isFalse();
        assertThat(entry.hidden()).isFalse();
        assertThat(entry.pageFrameNumber()).isEmpty();
    }

    @Test
    void shouldDecodeFlagsOfNewerKernels() {
        assertThat(new PagemapEntry(1L << 58).guard()).isTrue();
        assertThat(new PagemapEntry(1L << 57).writeProtected()).isTrue();
        assertThat(new PagemapEntry(0x8000_0000_0000_0001L).guard()).isFalse();
        assertThat(new PagemapEntry(0x8000_0000_0000_0001L).writeProtected()).isFalse();
    }

    @Test
    void shouldReadUnmappedPageAsNothing() {
        final PagemapEntry entry = new PagemapEntry(0);

        assertThat(entry.present()).isFalse();
        assertThat(entry.hidden()).isFalse();
        assertThat(entry.pageFrameNumber()).isEmpty();
    }
}
