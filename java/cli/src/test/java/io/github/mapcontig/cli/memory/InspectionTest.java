// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mapcontig.Extent;
import io.github.mapcontig.PhysicalLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InspectionTest {
    private static final long PAGE = 4096;
    private static final long HUGETLB = 0x30000;
    private static final long THP = 0x402415828L;
    private static final long ANON = 0x400005828L;

    @TempDir
    private Path folder;

    private static Inspection.Item item(final long pages, final long present, final Extent... extents) {
        final MappedRegion region = new MappedRegion(0x1000, 0x1000 + pages * PAGE, "rw-p", "", true);
        return new Inspection.Item(region, new PhysicalLayout(0x1000, pages * PAGE, PAGE, List.of(extents), present, 0, 0));
    }

    @Test
    void shouldCountHugePages() throws IOException {
        final ByteBuffer words = ByteBuffer.allocate(4 * Long.BYTES).order(ByteOrder.nativeOrder());
        words.putLong(HUGETLB).putLong(THP).putLong(ANON).putLong(HUGETLB);
        final Path flags = Files.write(folder.resolve("kpageflags"), words.array());

        assertThat(Inspection.of(List.of(item(3, 3, new Extent(0, 0, 3 * PAGE))), flags).hugeBytes()).hasValue(2 * PAGE);
        assertThat(Inspection.of(List.of(item(1, 1, new Extent(0, 2 * PAGE, PAGE))), flags).hugeBytes()).hasValue(0);
        assertThat(Inspection.of(List.of(), folder.resolve("none")).hugeBytes()).isEmpty();
    }

    @Test
    void shouldSumUp() {
        final Inspection found = Inspection.of(List.of(item(4, 3, new Extent(0, 0, PAGE), new Extent(PAGE, 8 * PAGE, 2 * PAGE)),
                item(9, 0)), folder.resolve("none"));

        assertThat(found.presentBytes()).isEqualTo(3 * PAGE);
        assertThat(found.items().get(0).largest()).isEqualTo(2 * PAGE);
        assertThat(found.items().get(0).contiguousPercent()).isBetween(66.6, 66.7);
        assertThat(found.items().get(1).contiguousPercent()).isZero();
        assertThat(found.extents()).hasSize(2);
        assertThat(found.histogram().largest()).isEqualTo(2 * PAGE);
    }
}
