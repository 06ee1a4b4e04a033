// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mapcontig.Capability;
import io.github.mapcontig.MemoryCapabilities;
import io.github.mapcontig.cli.doctor.Finding.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each check on an imagined machine: nothing is there until a test writes it. */
class ChecksTest {
    private static final String NODE = "sys/devices/system/node/node";

    @TempDir
    private Path root;
    private SystemFiles files;

    @BeforeEach
    void imagineMachine() {
        files = new SystemFiles(root, 4096);
    }

    private void write(final String file, final String content) throws IOException {
        Files.createDirectories(root.resolve(file).getParent());
        Files.writeString(root.resolve(file), content);
    }

    private static Finding find(final List<Finding> findings, final String name) {
        return findings.stream().filter(finding -> finding.name().equals(name)).findFirst().orElseThrow();
    }

    private void pool(final int node, final String size, final int total, final int free) throws IOException {
        write(NODE + node + "/hugepages/hugepages-" + size + "kB/nr_hugepages", total + "\n");
        write(NODE + node + "/hugepages/hugepages-" + size + "kB/free_hugepages", free + "\n");
    }

    @Test
    void shouldTellHowToGetHugePages() throws IOException {
        pool(0, "2048", 4, 0);
        pool(0, "1048576", 0, 0);
        pool(1, "2048", 8, 3);
        final List<Finding> findings = new HugePagesCheck(files).run();

        assertThat(findings).hasSize(3);
        assertThat(find(findings, "huge pages of 2 MiB, node0")).isEqualTo(Finding.no("huge pages of 2 MiB, node0", "0 free of 4",
                "echo 5 > /" + NODE + "0/hugepages/hugepages-2048kB/nr_hugepages", "boot with hugepagesz=2M hugepages=0:5"));
        assertThat(find(findings, "huge pages of 1 GiB, node0").remedies().get(0))
                .isEqualTo("boot with hugepagesz=1G hugepages=0:1");
        assertThat(find(findings, "huge pages of 2 MiB, node1")).isEqualTo(Finding.yes("huge pages of 2 MiB, node1", "3 free of 8"));
    }

    @Test
    void shouldNotNameTheOnlyNodeAtBoot() throws IOException {
        pool(0, "2048", 0, 0);

        assertThat(new HugePagesCheck(files).run().get(0).remedies()).contains("boot with hugepagesz=2M hugepages=1");
    }

    @Test
    void shouldSayThatTheKernelHasNoHugePages() {
        assertThat(new HugePagesCheck(files).run()).extracting(Finding::state).containsExactly(State.NO);
    }

    @Test
    void shouldFindNoDevicesWhereThereAreNone() {
        final List<Finding> findings = new DevicesCheck(files).run();

        assertThat(find(findings, "dma-heap").remedies().get(0)).contains("CONFIG_DMABUF_HEAPS");
        assertThat(find(findings, "u-dma-buf").remedies().get(0)).contains("modprobe u-dma-buf");
        assertThat(find(findings, "IOMMU groups").detail()).startsWith("none");
    }

    @Test
    void shouldFindDevices() throws IOException {
        write("dev/dma_heap/system", "");
        write("dev/dma_heap/reserved", "");
        write("sys/class/u-dma-buf/udmabuf0/size", "1048576\n");
        write("sys/class/u-dma-buf/udmabuf0/phys_addr", "0x0000000038400000\n");
        write("dev/udmabuf0", "");
        write("sys/kernel/iommu_groups/0/type", "identity\n");
        write("sys/kernel/iommu_groups/1/type", "DMA-FQ\n");
        write("sys/kernel/iommu_groups/2/type", "DMA-FQ\n");
        final List<Finding> findings = new DevicesCheck(files).run();

        assertThat(find(findings, "dma-heap")).isEqualTo(Finding.yes("dma-heap", "reserved: contiguous, as the kernel promises"));
        assertThat(find(findings, "u-dma-buf")).isEqualTo(Finding.yes("u-dma-buf", "udmabuf0: 1 MiB at 0x0000000038400000"));
        assertThat(find(findings, "IOMMU groups").detail()).isEqualTo("2 of type DMA-FQ, 1 of type identity");
    }

    @Test
    void shouldNotTakeAHeapOfScatteredPagesForOneThatServes() throws IOException {
        write("dev/dma_heap/system", "");
        final Finding finding = find(new DevicesCheck(files).run(), "dma-heap");

        assertThat(finding.state()).isEqualTo(State.NO);
        assertThat(finding.detail()).isEqualTo("system: no CMA heap, as far as names tell");
        assertThat(finding.remedies()).singleElement().asString().contains("CONFIG_DMABUF_HEAPS_CMA=y");
    }

    @Test
    void shouldSayOnceThatTheKernelLacksMapContig() {
        final Capability is = new Capability("is", true, "", "");
        final Capability lacks = new Capability("lacks", false, "", "boot another");
        assertThat(Diagnosis.capabilities(machine(is, lacks))).extracting(Finding::name)
                .containsExactly("is", "pfns", "locking", "lacks", "devices");
        assertThat(Diagnosis.capabilities(machine(lacks, is))).extracting(Finding::name).containsExactly("pfns", "locking", "devices");
    }

    private static MemoryCapabilities machine(final Capability mapContig, final Capability reserve) {
        return new MemoryCapabilities("6.12", "amd64", 4096, null, mapContig, new Capability("pfns", true, "", ""),
                new Capability("locking", true, "", ""), reserve, new Capability("devices", true, "", ""));
    }

    @Test
    void shouldSayThatADeviceMayNotBeOpened() throws IOException {
        write("sys/class/u-dma-buf/udmabuf0/size", "1048576\n");

        assertThat(find(new DevicesCheck(files).run(), "u-dma-buf").remedies().get(0)).startsWith("chmod a+rw /dev/udmabuf0");
    }

    @ParameterizedTest
    @CsvSource({"0, YES", "1, NO", "2, NO"})
    void shouldTellWhetherIoUringIsAllowed(final String value, final State state) throws IOException {
        write("proc/sys/kernel/io_uring_disabled", value + "\n");
        final Finding finding = find(new SettingsCheck(files).run(), "io_uring");

        assertThat(finding.state()).isEqualTo(state);
        assertThat(finding.remedies().contains("sysctl -w kernel.io_uring_disabled=0")).isEqualTo(state == State.NO);
    }

    @Test
    void shouldNoteSettings() throws IOException {
        write("sys/kernel/mm/transparent_hugepage/enabled", "always madvise [never]\n");
        write("sys/kernel/mm/transparent_hugepage/defrag", "always defer [madvise] never\n");
        write("proc/sys/vm/compact_unevictable_allowed", "1\n");
        write("proc/buddyinfo", "Node 0, zone   Normal   100 0 0 0 0 0 0 0 0 1 2 \n");
        final List<Finding> findings = new SettingsCheck(files).run();

        assertThat(find(findings, "transparent huge pages")).isEqualTo(Finding.note("transparent huge pages",
                "never (defrag: madvise): madvise(MADV_HUGEPAGE) has no effect",
                "echo madvise > /sys/kernel/mm/transparent_hugepage/enabled"));
        assertThat(find(findings, "compaction of locked pages").remedies())
                .containsExactly("sysctl -w vm.compact_unevictable_allowed=0");
        assertThat(find(findings, "free memory in large blocks")).isEqualTo(Finding.note("free memory in large blocks",
                "10.4 MiB free, 96% of it in blocks of 2 MiB or more"));
    }

    @Test
    void shouldCallMemoryFragmented() throws IOException {
        write("proc/buddyinfo", "Node 0, zone   Normal   9000 0 0 0 0 0 0 0 0 1 0 \n");

        assertThat(find(new SettingsCheck(files).run(), "free memory in large blocks").remedies())
                .containsExactly("echo 1 > /proc/sys/vm/compact_memory");
    }

    @Test
    void shouldNoteWhatTheKernelLacks() {
        assertThat(new SettingsCheck(files).run()).extracting(Finding::state).containsOnly(State.NOTE);
    }

    @Test
    void shouldTellCapabilities() throws IOException {
        write("proc/self/status", "Name:\tjava\nCapEff:\t0000000000284004\n");
        final Finding finding = find(new ProcessCheck(files).run(), "capabilities of this process");

        assertThat(finding.state()).isEqualTo(State.NO);
        assertThat(finding.detail()).isEqualTo("CAP_DAC_READ_SEARCH, CAP_IPC_LOCK, CAP_SYS_PTRACE, CAP_SYS_ADMIN;"
                + " not CAP_SYS_NICE (moving memory between NUMA nodes)");
        write("proc/self/status", "CapEff:\t000001ffffffffff\n");
        assertThat(find(new ProcessCheck(files).run(), "capabilities of this process").state()).isEqualTo(State.YES);
    }

    @Test
    void shouldNotTellRootToBecomeRoot() throws IOException {
        write("proc/self/status", "Name:\tjava\nUid:\t1000\t1000\t1000\t1000\nCapEff:\t0000000000000000\n");
        assertThat(find(new ProcessCheck(files).run(), "capabilities of this process").remedies().get(0)).startsWith("run as root");
        write("proc/self/status", "Name:\tjava\nUid:\t0\t0\t0\t0\nCapEff:\t00000000800405fb\n");
        assertThat(find(new ProcessCheck(files).run(), "capabilities of this process").remedies()).singleElement().asString()
                .contains("root already").contains("--cap-add NAME");
    }

    @Test
    void shouldNotTakeCapabilitiesOfAUserNamespaceForMore() throws IOException {
        write("proc/self/status", "CapEff:\t000001ffffffffff\n");
        Files.createDirectories(root.resolve("proc/self/ns"));
        Files.createSymbolicLink(root.resolve("proc/self/ns/user"), Path.of("user:[4026532277]"));
        final Finding finding = find(new ProcessCheck(files).run(), "capabilities of this process");

        assertThat(finding.state()).isEqualTo(State.NO);
        assertThat(finding.detail()).endsWith("CAP_SYS_NICE, in a user namespace, where they count for little");
        assertThat(finding.remedies()).singleElement().asString().contains("rootless");
    }

    @Test
    void shouldTellWhetherPageFlagsCanBeRead() throws IOException {
        assertThat(find(new ProcessCheck(files).run(), "page flags").state()).isEqualTo(State.NO);
        write("proc/kpageflags", "");
        assertThat(find(new ProcessCheck(files).run(), "page flags").state()).isEqualTo(State.YES);
    }

    @Test
    void shouldKnowWhichJvmsWantASwitch() {
        assertThat(ProcessCheck.nativeAccess(17, Optional.empty()).state()).isEqualTo(State.YES);
        assertThat(ProcessCheck.nativeAccess(25, Optional.of(true)).state()).isEqualTo(State.YES);
        assertThat(ProcessCheck.nativeAccess(25, Optional.of(false)).remedies().get(0))
                .contains("--enable-native-access=ALL-UNNAMED");
    }

    @Test
    void shouldTellWhichFindingDecides() {
        final Finding refused = Finding.no("source A", "refused");
        final Finding gave = Finding.yes("source B", "gave");
        final Finding visible = Finding.yes("page frame numbers", "");
        final Finding hidden = Finding.no("page frame numbers", "hidden");

        assertThat(Diagnosis.decide(List.of(refused, gave), visible)).isEqualTo(gave);
        assertThat(Diagnosis.decide(List.of(refused), visible)).isEqualTo(refused);
        assertThat(Diagnosis.decide(List.of(refused), hidden)).isEqualTo(hidden);
    }
}
