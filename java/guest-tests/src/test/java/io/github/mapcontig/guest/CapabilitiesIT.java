// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.guest;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mapcontig.MemoryCapabilities;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("patched")
class CapabilitiesIT {
    @Test
    void shouldFindEverythingInThisGuest() {
        final MemoryCapabilities found = MemoryCapabilities.probe();

        assertThat(found.all()).allSatisfy(capability -> assertThat(capability.available()).as("%s", capability).isTrue());
        assertThat(found.mapContig().detail()).contains("contract 1");
        assertThat(found.reserve().detail()).contains("of 512.0 MiB");
        assertThat(found.lockLimits().exempt()).isTrue();
    }

    @Test
    void shouldLeaveNoMappingBehind() {
        MemoryCapabilities.probe();
        final long before = Guest.mappings("");
        for (int i = 0; i < 50; i++) {
            MemoryCapabilities.probe();
        }
        assertThat(Guest.mappings("")).isLessThan(before + 25);
    }
}
