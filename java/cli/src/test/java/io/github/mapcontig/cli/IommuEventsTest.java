// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class IommuEventsTest {
    @Test
    void shouldFindTheEventsOfATrace() {
        assertThat(IommuEvents.pieces("""
                # tracer: nop
                            java-71      [000] .....    43.100001: map: IOMMU: iova=0x0000000100000000 - 0x0000000104000000 paddr=0x0000000140000000 size=67108864
                            java-71      [001] .....    43.100002: unmap: IOMMU: iova=0x0000000100000000 - 0x0000000104000000 size=67108864 unmapped_size=67108864
                            java-71      [001] .....    43.200001: map: IOMMU: iova=0xfffffffffffff000 - 0x0000000000000000 paddr=0x0000000000001000 size=4096
                """)).containsExactly(new IommuEvents.Piece(0x1_0000_0000L, 0x1_4000_0000L, 64 << 20),
                new IommuEvents.Piece(-4096, 0x1000, 4096));
        assertThat(IommuEvents.pieces("")).isEmpty();
    }
}
