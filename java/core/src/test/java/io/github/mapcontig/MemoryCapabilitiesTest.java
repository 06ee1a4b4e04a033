// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemoryCapabilitiesTest {
    @TempDir
    private Path root;
    private FakeMachine machine;

    @BeforeEach
    void start() {
        machine = new FakeMachine(root);
    }

    @Test
    void shouldFindWhatIsThere() {
        machine.write("proc/self/status", "VmLck:\t0 kB\nCapEff:\t0000000000204000\n");

        final MemoryCapabilities found = MemoryCapabilities.probe(machine.environment);

        assertThat(found.mapContig().available()).isTrue();
        assertThat(found.mapContig().detail()).contains("contract 1");
        assertThat(found.pfns().available()).isTrue();
        assertThat(found.locking().available()).isTrue();
        assertThat(found.lockLimits().exempt()).isTrue();
        assertThat(found.reserve().detail()).isEqualTo("node 0: 128.0 MiB free of 512.0 MiB");
        assertThat(found.devices().available()).isTrue();
        assertThat(found.kernelRelease()).isEqualTo("6.12.0-test");
        assertThat(found.architecture()).isEqualTo("amd64");
        assertThat(found.pageSize()).isEqualTo(4096);
    }

    @Test
    void shouldGiveARemedyForWhatIsNot() {
        machine.libC.patched = false;
        machine.word = page -> PagemapEntry.PRESENT;
        machine.delete("sys/kernel/mm/map_contig/node0/reserve_bytes");
        machine.write("sys/kernel/iommu_groups/0/type", "DMA\n");

        final MemoryCapabilities found = MemoryCapabilities.probe(machine.environment);

        assertThat(found.all()).hasSize(5).allSatisfy(capability -> {
            assertThat(capability.available()).as(capability.name()).isFalse();
            assertThat(capability.remedy()).isNotBlank();
            assertThat(capability.detail()).isNotBlank();
        });
        assertThat(found.mapContig().detail()).contains("lacks MAP_CONTIG");
        assertThat(found.pfns().remedy()).contains("CAP_SYS_ADMIN");
        assertThat(found.locking().detail()).contains("RLIMIT_MEMLOCK soft 8 MiB");
        assertThat(found.locking().remedy()).contains("ulimit -l");
        assertThat(found.reserve().remedy()).contains("contig_cma=");
        assertThat(found.devices().remedy()).contains("iommu=pt");
    }

    @Test
    void shouldAcceptAnIommuThatPassesAddressesThrough() {
        machine.write("sys/kernel/iommu_groups/0/type", "identity\n");
        assertThat(MemoryCapabilities.probe(machine.environment).devices().available()).isTrue();

        machine.write("sys/kernel/iommu_groups/1/type", "DMA-FQ\n");
        assertThat(MemoryCapabilities.probe(machine.environment).devices().available()).isFalse();
    }

    @Test
    void shouldProbeThisMachineAndLeaveNothing() {
        final MemoryCapabilities found = MemoryCapabilities.probe();

        assertThat(found.all()).hasSize(5);
        assertThat(found.pageSize()).isGreaterThanOrEqualTo(4096);
    }
}
