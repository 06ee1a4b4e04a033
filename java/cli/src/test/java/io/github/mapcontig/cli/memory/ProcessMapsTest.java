// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ProcessMapsTest {
    private static final List<String> MAPS = List.of(
            "56037ae03000-56037ae05000 r--p 00000000 fe:00 4711                       /usr/bin/sl eep (deleted)",
            "5603b6e6e000-5603b6e8f000 rw-p 00000000 00:00 0                          [heap]",
            "7f5477b8c000-7f5477b99000 rw-p 00000000 00:00 0 ",
            "ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]");
    private static final List<String> SMAPS = List.of(
            "10000-20000 rw-p 00000000 00:00 0 ", "Size:  64 kB", "Rss:  0 kB", "Swap:  0 kB", "VmFlags: rd wr mr mw me ac sd",
            "20000-30000 rw-p 00000000 00:00 0 ", "Size:  64 kB", "Rss:  4 kB", "Swap:  0 kB", "VmFlags: rd wr",
            "30000-40000 rw-p 00000000 00:00 0 ", "Size:  64 kB", "Rss:  0 kB", "Swap:  8 kB", "VmFlags: rd wr",
            "40000-50000 rw-p 00000000 00:00 0 ", "Size:  64 kB", "Rss:  0 kB", "Private_Hugetlb:  2048 kB", "VmFlags: rd ht",
            "50000-60000 rw-s 00000000 00:00 0  /dev/mem", "Size:  64 kB", "Rss:  0 kB", "VmFlags: rd wr io pf dd",
            "60000-70000 rw-s 00000000 00:00 0  /dev/x", "Size:  64 kB", "Rss:  0 kB", "VmFlags: rd wr pf");

    private final ProcessMaps maps = ProcessMaps.parse(MAPS);

    @Test
    void shouldReadMaps() {
        assertThat(maps.regions()).hasSize(4);
        assertThat(maps.regions().get(0)).isEqualTo(new MappedRegion(0x56037ae03000L, 0x56037ae05000L, "r--p",
                "/usr/bin/sl eep (deleted)", true));
        assertThat(maps.regions().get(2).name()).isEmpty();
        assertThat(maps.regions()).extracting(MappedRegion::inUserSpace).containsExactly(true, true, true, false);
    }

    @Test
    void shouldKnowWhichMappingsHaveNoPages() {
        assertThat(ProcessMaps.parse(SMAPS).regions()).extracting(MappedRegion::present)
                .containsExactly(false, true, true, true, true, true);
    }

    @Test
    void shouldFindMappings() {
        assertThat(maps.at(0x5603b6e6e000L)).contains(maps.regions().get(1));
        assertThat(maps.at(0x5603b6e8efffL)).contains(maps.regions().get(1));
        assertThat(maps.at(0x5603b6e8f000L)).isEmpty();
        assertThat(maps.at(0xffffffffff600800L)).contains(maps.regions().get(3));
        assertThat(maps.touching(new VirtualRange(0x56037ae04fffL, 0x5603b6e6e001L)))
                .containsExactly(maps.regions().get(0), maps.regions().get(1));
        assertThat(maps.touching(new VirtualRange(0x56037ae05000L, 0x5603b6e6e000L))).isEmpty();
    }

    @Test
    void shouldFindTheNearest() {
        assertThat(maps.nearest(0)).contains(maps.regions().get(0));
        assertThat(maps.nearest(0x5603b6e8f000L)).contains(maps.regions().get(1));
        assertThat(maps.nearest(0x7f5477b8bfffL)).contains(maps.regions().get(2));
        assertThat(maps.nearest(0xffffffffff5fffffL)).contains(maps.regions().get(3));
        assertThat(ProcessMaps.parse(List.of()).nearest(0)).isEmpty();
    }
}
