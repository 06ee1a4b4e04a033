// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.internal.libc;

import static io.github.mapcontig.internal.libc.Pages.HUGE;
import static io.github.mapcontig.internal.libc.Pages.LIB_C;
import static io.github.mapcontig.internal.libc.Pages.PAGE;
import static io.github.mapcontig.internal.libc.Pages.LIB_C;
import static io.github.mapcontig.internal.libc.Pages.SHIMS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.File;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Pins of the machine that builds: a page that is pinned can not be replaced by a huge one. */
class PinTest {
    private static final int EPERM = 1;
    private static final int EAGAIN = 11;
    private static final int EFAULT = 14;
    private static final int EINVAL = 22;
    private static final int ENOSYS = 38;

    private final Pages pages = new Pages();

    @AfterEach
    void unmap() {
        pages.unmap();
    }

    @Test
    void shouldPinUntilUnpinned() {
        pages.assumeCollapses();

        final int pin = pin(pages.start, HUGE);
        assertThat(collapse()).as("pages that are pinned can not be replaced").isEqualTo(-1);
        assertThat(LIB_C.errno()).isEqualTo(EAGAIN);

        assertThat(SHIMS.unpin(pin)).isZero();
        assertThat(LIB_C.close(pin)).as("closed already").isEqualTo(-1);
        assertThat(collapse()).as("pages that are no more pinned can").isZero();
    }

    @Test
    void shouldPinToTheLastPage() {
        pages.assumeCollapses();
        final long tail = pages.start + HUGE - PAGE;

        final int pin = pin(tail + 1, PAGE - 1);
        assertThat(collapse()).isEqualTo(-1);
        assertThat(SHIMS.unpin(pin)).isZero();
    }

    @Test
    void shouldNotPinWhatIsNotThere() {
        SHIMS.unpin(pin(pages.start, HUGE));
        assertThat(SHIMS.pin(pages.start, 0)).isEqualTo(-1);
        assertThat(SHIMS.errno()).isEqualTo(EINVAL);
        assertThat(SHIMS.pin(pages.start, -1)).isEqualTo(-1);
        assertThat(SHIMS.errno()).isEqualTo(EINVAL);
        assertThat(LIB_C.mprotect(pages.start, PAGE, Linux.PROT_READ)).isZero();
        final int before = openFiles();
        assertThat(SHIMS.pin(pages.start, PAGE)).isEqualTo(-1);
        assertThat(SHIMS.errno()).isEqualTo(EFAULT);
        assertThat(openFiles()).as("no descriptor is left").isEqualTo(before);
    }

    private int pin(final long address, final long length) {
        final int pin = SHIMS.pin(address, length);
        assumeThat(pin == -1 && (SHIMS.errno() == EPERM || SHIMS.errno() == ENOSYS)).as("io_uring is forbidden").isFalse();
        assertThat(pin).as("errno %d", SHIMS.errno()).isNotNegative();
        return pin;
    }

    /** Tries to replace all pages by a huge one. */
    private int collapse() {
        return LIB_C.madvise(pages.start, HUGE, Pages.MADV_COLLAPSE);
    }

    private static int openFiles() {
        return new File("/proc/self/fd").list().length;
    }
}
