// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemoryZonesTest {
    @TempDir
    private Path root;

    private void write(final String file, final String content) throws IOException {
        Files.createDirectories(root.resolve(file).getParent());
        Files.writeString(root.resolve(file), content);
    }

    @Test
    void shouldReadZones() throws IOException {
        write("proc/zoneinfo", """
                Node 0, zone    DMA32
                  pages free     3083
                        spanned  1044480
                        present  782336
                        cma      100
                      nr_free_cma  7
                  start_pfn:           4096
                Node 1, zone  Movable
                        spanned  0
                        present  0
                        cma      0
                  start_pfn:           0
                Node 1, zone   Normal
                        spanned  512
                        present  256
                        cma      28
                  start_pfn:           1048576
                """);
        final MemoryZones zones = MemoryZones.read(root);

        assertThat(zones.zones()).containsExactly(new MemoryZones.Zone(0, "DMA32", 4096, 1044480, 782336),
                new MemoryZones.Zone(1, "Normal", 1048576, 512, 256));
        assertThat(zones.cma()).isEqualTo(128);
        assertThat(zones.reserve().runs()).isEmpty();
    }

    @Test
    void shouldFindReservesInDebugfs() throws IOException {
        write("sys/kernel/debug/cma/contig0/base_pfn", "1000\n");
        write("sys/kernel/debug/cma/contig0/count", "24\n");
        write("sys/kernel/debug/cma/several/base_pfn", "5000\n");
        write("sys/kernel/debug/cma/several/count", "9\n");
        write("sys/kernel/debug/cma/several/ranges/1/base_pfn", "6000\n");

        assertThat(MemoryZones.read(root).reserve().runs()).containsExactly(new FrameSet.Run(1000, 1024));
    }

    @Test
    void shouldBeEmptyWhereNothingCanBeRead() {
        final MemoryZones zones = MemoryZones.read(root);

        assertThat(zones.zones()).isEmpty();
        assertThat(zones.reserve().runs()).isEmpty();
        assertThat(zones.cma()).isZero();
        assertThat(SystemRam.read(root, 4096)).isEmpty();
    }

    @Test
    void shouldFindRam() throws IOException {
        write("proc/iomem", """
                00000000-00000fff : Reserved
                00001000-0009fbff : System RAM
                  000a0000-000fffff : System RAM (kmem)
                100000000-17fffffff : System RAM
                """);
        assertThat(SystemRam.read(root, 4096).orElseThrow().runs()).containsExactly(new FrameSet.Run(1, 0x9f),
                new FrameSet.Run(0xa0, 0x100), new FrameSet.Run(0x100000, 0x180000));
        // What a user who is not root sees.
        write("proc/iomem", "00000000-00000000 : System RAM\n");
        assertThat(SystemRam.read(root, 4096)).isEmpty();
    }
}
