// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.internal.libc;

import static io.github.mapcontig.internal.libc.Pages.LIB_C;
import static io.github.mapcontig.internal.libc.Pages.SHIMS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * That each call reaches the kernel of the machine that builds, which refuses it for a file that is not VFIO's. The guest
 * tests do the rest.
 */
class JnaVfioTest {
    private static final int EINVAL = 22;
    private static final int ENOTTY = 25;

    private final Vfio vfio = new JnaVfio();

    @TestFactory
    Stream<DynamicTest> shouldBeRefusedByOtherFiles() {
        final long[] result = new long[3];
        return Stream.of(call("api_version", fd -> vfio.api_version(fd)),
                call("check_extension", fd -> vfio.check_extension(fd, Linux.VFIO_TYPE1v2_IOMMU)),
                call("set_iommu", fd -> vfio.set_iommu(fd, Linux.VFIO_TYPE1v2_IOMMU)),
                call("group_flags", fd -> vfio.group_flags(fd)),
                call("group_set_container", fd -> vfio.group_set_container(fd, fd)),
                call("group_device", fd -> vfio.group_device(fd, "0000:00:02.0")),
                call("device_flags", fd -> vfio.device_flags(fd)),
                call("device_reset", fd -> vfio.device_reset(fd)),
                call("region", fd -> vfio.region(fd, Linux.VFIO_PCI_BAR0_REGION_INDEX, result)),
                call("iommu_info", fd -> vfio.iommu_info(fd, result, result.length)),
                call("map", fd -> vfio.map(fd, 1 << 20, 1 << 20, 1 << 12, Linux.VFIO_DMA_MAP_FLAG_READ)),
                call("unmap", fd -> vfio.unmap(fd, 1 << 20, 1 << 12)));
    }

    private interface Call {
        int on(int fd);
    }

    private DynamicTest call(final String name, final Call call) {
        return DynamicTest.dynamicTest(name, () -> withDevNull(call));
    }

    private void withDevNull(final Call call) {
        final int fd = SHIMS.open("/dev/null", Linux.O_RDWR);
        try {
            assertThat(call.on(fd)).isEqualTo(-1);
            assertThat(vfio.errno()).isEqualTo(ENOTTY);
        } finally {
            LIB_C.close(fd);
        }
    }

    @Test
    void shouldNeedRoomForThePageSizes() {
        assertThat(vfio.iommu_info(-1, new long[1], 0)).isEqualTo(-1);
        assertThat(vfio.errno()).isEqualTo(EINVAL);
    }

    @Test
    void shouldReadAndWriteAtAPlaceInAFile(@TempDir final Path folder) throws IOException {
        final Path file = Files.write(folder.resolve("file"), new byte[] {1, 2, 3, 4});
        final int fd = SHIMS.open(file.toString(), Linux.O_RDWR);
        final byte[] read = new byte[4];
        try {
            assertThat(LIB_C.pwrite(fd, new byte[] {9, 8, 7}, 2, 1)).isEqualTo(2);
            assertThat(LIB_C.pread(fd, read, 2, 2)).isEqualTo(2);
            assertThat(read).containsExactly(8, 4, 0, 0);
        } finally {
            LIB_C.close(fd);
        }
        assertThat(Files.readAllBytes(file)).containsExactly(1, 9, 8, 4);
    }
}
