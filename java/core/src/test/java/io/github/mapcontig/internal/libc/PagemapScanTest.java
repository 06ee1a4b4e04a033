// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.internal.libc;

import static io.github.mapcontig.internal.libc.Pages.HUGE;
import static io.github.mapcontig.internal.libc.Pages.LIB_C;
import static io.github.mapcontig.internal.libc.Pages.PAGE;
import static io.github.mapcontig.internal.libc.Pages.SHIMS;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jna.Pointer;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Scans of the states of pages, on the machine that builds. */
class PagemapScanTest {
    private static final int ENOTTY = 25;

    private final Pages pages = new Pages();

    @AfterEach
    void unmap() {
        pages.unmap();
    }

    @Test
    void shouldCountPagesInAState() {
        final long middle = pages.start + 4 * PAGE;
        new Pointer(pages.start).setByte(0, (byte) 1);
        new Pointer(middle).setByte(0, (byte) 1);
        new Pointer(middle).setByte(PAGE, (byte) 1);

        assertThat(Pages.scan(pages.start, HUGE, Linux.PAGE_IS_PRESENT, Pages.HUGE_CLEAR)).containsExactly(3 * PAGE, 2);
        assertThat(Pages.scan(pages.start, HUGE, 0, Linux.PAGE_IS_PRESENT)).containsExactly(HUGE - 3 * PAGE, 2);
        assertThat(Pages.scan(pages.start, HUGE, Pages.HUGE_SET, Pages.HUGE_CLEAR)).containsExactly(0, 0);
    }

    @Test
    void shouldTellPagesOfZeros() throws IOException {
        pages.assumeSharedZeros();

        assertThat(Pages.scan(pages.start, HUGE, Linux.PAGE_IS_PRESENT, 0)).containsExactly(HUGE, 1);
        assertThat(Pages.scan(pages.start, HUGE, Linux.PAGE_IS_PRESENT, Pages.HUGE_CLEAR)).containsExactly(0, 0);
    }

    @Test
    void shouldCountMoreRunsThanFitIntoOneCall() {
        final long count = HUGE / PAGE;
        for (long page = 0; page < count; page += 2) {
            new Pointer(pages.start).setByte(page * PAGE, (byte) 1);
        }

        assertThat(Pages.scan(pages.start, HUGE, Linux.PAGE_IS_PRESENT, 0)).containsExactly(HUGE / 2, count / 2);
        pages.populate();
        assertThat(Pages.scan(pages.start, HUGE, Linux.PAGE_IS_PRESENT, 0)).containsExactly(HUGE, 1);
    }

    @Test
    void shouldProveTransparentHugePages() {
        pages.assumeCollapses();
        assertThat(Pages.scan(pages.start, HUGE, Pages.HUGE_SET, Pages.HUGE_CLEAR)).containsExactly(0, 0);
        assertThat(LIB_C.madvise(pages.start, HUGE, Pages.MADV_COLLAPSE)).isZero();
        assertThat(Pages.scan(pages.start, HUGE, Pages.HUGE_SET, Pages.HUGE_CLEAR)).containsExactly(HUGE, 1);
        assertThat(LIB_C.mprotect(pages.start, PAGE, Linux.PROT_READ)).as("splits it").isZero();
        assertThat(Pages.scan(pages.start, HUGE, Pages.HUGE_SET, Pages.HUGE_CLEAR)).containsExactly(0, 0);
    }

    @Test
    void shouldRefuseToScanElsewhere() {
        final int fd = SHIMS.open("/dev/null", Linux.O_RDONLY);
        assertThat(SHIMS.pagemap_scan(fd, pages.start, PAGE, 0, 0, new long[2])).isEqualTo(-1);
        assertThat(SHIMS.errno()).isEqualTo(ENOTTY);
        LIB_C.close(fd);
    }
}
