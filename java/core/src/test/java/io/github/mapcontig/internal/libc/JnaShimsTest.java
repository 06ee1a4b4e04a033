// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.internal.libc;

import static io.github.mapcontig.internal.libc.Pages.LIB_C;
import static io.github.mapcontig.internal.libc.Pages.PAGE;
import static io.github.mapcontig.internal.libc.Pages.SHIMS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.sun.jna.Pointer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The other shims against the kernel of the machine that builds. */
class JnaShimsTest {
    private static final int ENOENT = 2;
    private static final int EBADF = 9;
    private static final int EFAULT = 14;
    private static final int EINVAL = 22;
    private static final int ENOTTY = 25;
    private static final int ENOSYS = 38;
    private static final int O_CREAT = 0x40;

    private final Pages pages = new Pages();

    @AfterEach
    void unmap() {
        pages.unmap();
    }

    @Test
    void shouldOpenOnlyWhatExists() {
        assertThat(SHIMS.open("/nonesuch", Linux.O_RDONLY)).isEqualTo(-1);
        assertThat(SHIMS.errno()).isEqualTo(ENOENT);
        assertThat(SHIMS.open("/dev/null", Linux.O_RDONLY | O_CREAT)).isEqualTo(-1);
        assertThat(SHIMS.errno()).isEqualTo(EINVAL);
        final int fd = SHIMS.open("/dev/null", Linux.O_RDWR);
        assertThat(fd).isNotNegative();
        assertThat(LIB_C.close(fd)).isZero();
        assertThat(LIB_C.close(fd)).isEqualTo(-1);
        assertThat(SHIMS.errno()).isEqualTo(LIB_C.errno()).isEqualTo(EBADF);
    }

    @Test
    void shouldRefuseWhatIsNoHeapAndNoDmaBuf() {
        final int fd = SHIMS.open("/dev/null", Linux.O_RDWR);
        assertThat(SHIMS.dma_heap_alloc(fd, PAGE)).isEqualTo(-1);
        assertThat(SHIMS.errno()).isEqualTo(ENOTTY);
        assertThat(SHIMS.dma_buf_sync(fd, Linux.DMA_BUF_SYNC_START | Linux.DMA_BUF_SYNC_READ)).isEqualTo(-1);
        assertThat(SHIMS.errno()).isEqualTo(ENOTTY);
        LIB_C.close(fd);
    }

    @Test
    void shouldSetAndGetTheMemoryPolicy() {
        final int[] mode = {-1};
        final long[] before = new long[Shims.MASK_LONGS];
        final int got = SHIMS.get_mempolicy(mode, before);
        assumeThat(got == -1 && SHIMS.errno() == ENOSYS).as("this kernel has no NUMA").isFalse();
        assertThat(got).isZero();
        final int modeBefore = mode[0];
        final long[] nodeZero = new long[Shims.MASK_LONGS];
        nodeZero[0] = 1;
        final long[] nowhere = new long[Shims.MASK_LONGS];
        nowhere[Shims.MASK_LONGS - 1] = Long.MIN_VALUE;
        final long[] after = new long[Shims.MASK_LONGS];
        try {
            assertThat(SHIMS.set_mempolicy(Linux.MPOL_BIND, nodeZero)).isZero();
            assertThat(SHIMS.get_mempolicy(mode, after)).isZero();
            assertThat(mode).containsExactly(Linux.MPOL_BIND);
            assertThat(after).isEqualTo(nodeZero);
            assertThat(SHIMS.node_of(pages.start)).isZero();
            assertThat(SHIMS.set_mempolicy(Linux.MPOL_BIND, nowhere)).isEqualTo(-1);
            assertThat(SHIMS.errno()).isEqualTo(EINVAL);
        } finally {
            assertThat(SHIMS.set_mempolicy(modeBefore, before)).isZero();
        }
        assertThat(SHIMS.get_mempolicy(mode, after)).isZero();
        assertThat(mode).containsExactly(modeBefore);
        assertThat(after).isEqualTo(before);
    }

    @Test
    void shouldFindTheNodeOnlyOfWhatIsThere() {
        assertThat(LIB_C.mprotect(pages.start, PAGE, Linux.PROT_NONE)).isZero();
        assertThat(SHIMS.node_of(pages.start)).isEqualTo(-1);
        assertThat(SHIMS.errno()).isEqualTo(EFAULT);
        assertThat(Pages.scan(pages.start, 2 * PAGE, Linux.PAGE_IS_PRESENT, 0)).containsExactly(0, 0);
        assertThat(SHIMS.node_of(pages.start + PAGE)).isNotNegative();
        assertThat(Pages.scan(pages.start, 2 * PAGE, Linux.PAGE_IS_PRESENT, 0)).containsExactly(PAGE, 1);
    }

    @Test
    void shouldKeepTheContentWhenCachesAreWrittenBack() {
        final byte[] content = new byte[(int) (3 * PAGE)];
        for (int i = 0; i < content.length; i++) {
            content[i] = (byte) (i * 31 + (i >> 8));
        }
        final Pointer pointer = new Pointer(pages.start);
        pointer.write(0, content, 0, content.length);

        assertThat(SHIMS.cache_clean(pages.start + 1, content.length - 2)).isZero();
        assertThat(pointer.getByteArray(0, content.length)).isEqualTo(content);
        assertThat(SHIMS.cache_invalidate(pages.start + 1, content.length - 2)).isZero();
        assertThat(pointer.getByteArray(0, content.length)).isEqualTo(content);
    }

    @Test
    void shouldNotTouchCachesBeyondTheRange() {
        final long lastPage = pages.start + PAGE;
        assertThat(LIB_C.mprotect(lastPage, PAGE, Linux.PROT_NONE)).isZero();

        // A line too many would be the end of the JVM.
        assertThat(SHIMS.cache_clean(pages.start, PAGE)).isZero();
        assertThat(SHIMS.cache_invalidate(pages.start + PAGE - 1, 1)).isZero();
        assertThat(SHIMS.cache_invalidate(lastPage, 0)).isZero();
        assertThat(SHIMS.cache_clean(pages.start, -1)).isEqualTo(-1);
        assertThat(SHIMS.errno()).isEqualTo(EINVAL);
    }

    @Test
    void shouldKnowTheCacheLine() {
        assertThat(SHIMS.cache_line_size()).isBetween(16, 2048);
        assertThat(Integer.bitCount(SHIMS.cache_line_size())).isOne();
    }
}
