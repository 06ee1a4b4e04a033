// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.devices.pci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.mapcontig.AddressKind;
import io.github.mapcontig.AllocationRequest;
import io.github.mapcontig.ContiguousBuffer;
import io.github.mapcontig.ContiguousMemory;
import io.github.mapcontig.Faults;
import io.github.mapcontig.ProofLevel;
import io.github.mapcontig.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A device through VFIO of an imagined kernel: what is asked of it, that each failure says what to do, and that nothing is left. */
class VfioFunctionTest {
    private static final String ADDRESS = "0000:00:04.0";
    private static final int COMMAND_BEFORE = 0x401;
    private static final long PAGE = 4096;
    private static final long SIZE = 4 * PAGE;
    private static final int EIO = 5;

    @TempDir
    private Path root;
    private FakeSysfs sysfs;
    private PciDevice device;
    private FakeVfio kernel;
    private ContiguousBuffer buffer;

    @BeforeEach
    void start() throws IOException {
        sysfs = new FakeSysfs(root);
        device = sysfs.add(ADDRESS, 0x1234, 0x11e8, null);
        sysfs.bind(ADDRESS, "vfio-pci");
        sysfs.putBehindIommu(ADDRESS, 987_654, "DMA");
        kernel = new FakeVfio();
        // Neither contiguous nor proved, and as much as any user may lock.
        buffer = ContiguousMemory.request().size(SIZE).maxExtents(AllocationRequest.ANY_EXTENTS).proof(ProofLevel.NONE)
                .sources(Source.LOCKED).allocate();
    }

    @AfterEach
    void end() {
        buffer.close();
    }

    private PciFunction open() {
        return VfioFunction.open(device, 64, kernel.system());
    }

    private void assertNothingIsLeft(final String when) {
        assertThat(kernel.open).as(when).isEmpty();
        assertThat(kernel.registers).as(when).isEmpty();
    }

    @Test
    void shouldSwitchOnAndPutBack() {
        final PciFunction function = open();
        assertThat(function.device()).isSameAs(device);
        assertThat(kernel.command()).isEqualTo(COMMAND_BEFORE | 0x6);
        assertThat(kernel.resets).isOne();
        assertThat(kernel.open.values()).containsExactlyInAnyOrder("/imagined/vfio/vfio", "/imagined/vfio/987654", ADDRESS);
        function.bar0().putInt(8, 0x0102_0304);
        assertThat(function.bar0().getInt(8)).isEqualTo(0x0102_0304);
        assertThat(function.bar0().size()).isEqualTo(FakeVfio.BAR_SIZE);

        kernel.calls.clear();
        function.close();
        function.close();

        assertThat(kernel.calls).as("the command register is put back before all else").startsWith("region", "pwrite", "mmap");
        assertNothingIsLeft("after close");
        assertThatIllegalStateException().isThrownBy(() -> function.bar0().getInt(0)).withMessageContaining("closed");
        assertThatIllegalStateException().isThrownBy(() -> function.map(buffer)).withMessageContaining("the device is closed");
    }

    @Test
    void shouldNotResetWhatCanNotBeReset() {
        kernel.deviceFlags = 0;

        open().close();

        assertThat(kernel.resets).isZero();
    }

    @Test
    void shouldMapBuffersWithoutAProofAndWithSeveralExtents() {
        try (PciFunction function = open()) {
            final DmaMapping mapping = function.map(buffer);
            final long address = mapping.address(0);

            assertThat(mapping.addressKind()).isEqualTo(AddressKind.IO_VIRTUAL);
            assertThat(mapping.buffer()).isSameAs(buffer);
            assertThat(mapping.address(SIZE - 1)).isEqualTo(address + SIZE - 1);
            assertThat(kernel.reachable).containsExactly(entry(address, buffer.address(), SIZE));
            assertThatThrownBy(() -> mapping.address(SIZE)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> mapping.address(-1)).isInstanceOf(IndexOutOfBoundsException.class);

            mapping.close();
            mapping.close();
            assertThat(kernel.reachable).isEmpty();
        }
    }

    private static Map.Entry<Long, String> entry(final long iova, final long address, final long length) {
        return Map.entry(iova, Long.toHexString(address) + " " + length);
    }

    @Test
    void shouldMapWholePagesOfASlice() {
        try (PciFunction function = open(); DmaMapping mapping = function.map(buffer.slice(PAGE + 100, PAGE))) {
            assertThat(mapping.address(0) % PAGE).isEqualTo(100);
            assertThat(kernel.reachable).containsExactly(entry(mapping.address(0) - 100, buffer.address() + PAGE, 2 * PAGE));
        }
    }

    @Test
    void shouldGiveEachMappingAddressesOfItsOwnAndTakeThemBack() {
        try (PciFunction function = open()) {
            final DmaMapping first = function.map(buffer);
            final DmaMapping second = function.map(buffer);
            assertThat(second.address(0)).isEqualTo(first.address(0) + SIZE);
            first.close();
            try (DmaMapping third = function.map(buffer)) {
                assertThat(third.address(0)).isEqualTo(first.address(0));
            }
            second.close();
        }
    }

    @Test
    void shouldKeepTheMemoryWhileItIsMapped() {
        final long address = buffer.address();
        final PciFunction function = open();
        final DmaMapping mapping = function.map(buffer);
        buffer.close();
        assertThat(isLocked(address)).isTrue();

        mapping.close();
        assertThat(isLocked(address)).isFalse();
        function.close();
    }

    /** Whether something other than the tombstone is mapped at an address. */
    private static boolean isLocked(final long address) {
        try {
            return Files.readAllLines(Path.of("/proc/self/maps")).stream()
                    .filter(line -> Long.parseUnsignedLong(line.substring(0, line.indexOf('-')), 16) <= address
                            && address < Long.parseUnsignedLong(line.substring(line.indexOf('-') + 1, line.indexOf(' ')), 16))
                    .anyMatch(line -> !line.contains("mapcontig-closed"));
        } catch (final IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void shouldLetAMappingOutliveTheFunction() {
        final long address = buffer.address();
        final PciFunction function = open();
        final DmaMapping mapping = function.map(buffer);
        function.close();
        assertNothingIsLeft("after close");
        buffer.close();
        assertThat(isLocked(address)).as("still leased").isTrue();

        mapping.close();

        assertThat(kernel.calls).doesNotContain("unmap");
        assertThat(isLocked(address)).isFalse();
    }

    @Test
    void shouldLeaveNothingBehindWhicheverCallFails() {
        open().close();
        final List<String> calls = List.copyOf(kernel.calls.subList(0, kernel.calls.indexOf("mmap") + 1));
        assertThat(calls).contains("open", "api_version", "check_extension", "group_flags", "group_set_container", "set_iommu",
                "iommu_info", "group_device", "device_flags", "device_reset", "pread", "pwrite", "region", "memfd_create", "mmap");
        for (int call = 0; call < calls.size(); call++) {
            final String name = calls.get(call);
            if (name.equals("sysconf")) {
                continue; // can not fail
            }
            kernel = new FakeVfio();
            kernel.failingCall = call;
            assertThatExceptionOfType(DeviceException.class).as("call %d: %s", call, name).isThrownBy(this::open)
                    .withMessageContaining(ADDRESS).withMessageContaining("EIO (5, input/output error); ");
            assertThat(kernel.calls.get(call)).isEqualTo(name);
            assertNothingIsLeft("after call " + call + ": " + name);
        }
    }

    @Test
    void shouldCloseAllTheSameWhenTheDeviceDoesNotTakeTheCommand() {
        for (int call = 0; call < 2; call++) {
            kernel = new FakeVfio();
            final PciFunction function = open();
            kernel.failingCall = kernel.calls.size() + call;
            function.close();
            assertNothingIsLeft("after call " + call);
        }
    }

    @Test
    void shouldKeepRegistersThatCanNotBeTakenAwayAndTryAgain() {
        final PciFunction function = open();
        kernel.failingCall = kernel.calls.size() + 2;
        assertThatIllegalStateException().isThrownBy(function::close).withMessageContaining("close again");
        assertThat(kernel.calls).endsWith("mmap");
        assertThatIllegalStateException().isThrownBy(() -> function.bar0().getInt(0)).withMessageContaining("closed");

        function.close();
        assertNothingIsLeft("after the second close");
    }

    @Test
    void shouldGiveAddressesAndLeaseBackWhenTheKernelRefusesToMap() {
        final long address = buffer.address();
        try (PciFunction function = open()) {
            final long wouldBe;
            try (DmaMapping mapping = function.map(buffer)) {
                wouldBe = mapping.address(0);
            }
            kernel.failingCall = kernel.calls.size();
            kernel.failure = 12;
            assertThatExceptionOfType(DeviceException.class).isThrownBy(() -> function.map(buffer))
                    .withMessageContaining("VFIO_IOMMU_MAP_DMA of 16384 bytes failed: ENOMEM").withMessageContaining("ulimit -l");
            try (DmaMapping mapping = function.map(buffer)) {
                assertThat(mapping.address(0)).isEqualTo(wouldBe);
            }
            buffer.close();
            assertThat(isLocked(address)).isFalse();
        }
    }

    @Test
    void shouldKeepMemoryThatTheDeviceMayStillReach() {
        final long address = buffer.address();
        try (PciFunction function = open()) {
            final DmaMapping mapping = function.map(buffer);
            buffer.close();
            kernel.failingCall = kernel.calls.size();
            assertThatIllegalStateException().isThrownBy(mapping::close).withMessageContaining("VFIO_IOMMU_UNMAP_DMA failed: EIO")
                    .withMessageContaining("close again");
            assertThat(isLocked(address)).isTrue();

            mapping.close();
            assertThat(isLocked(address)).isFalse();
            assertThat(kernel.reachable).isEmpty();
        }
    }

    @Test
    void shouldRefuseAClosedBuffer() {
        try (PciFunction function = open()) {
            buffer.close();
            assertThatIllegalStateException().isThrownBy(() -> function.map(buffer)).withMessageContaining("the buffer is closed");
            assertThat(kernel.calls).doesNotContain("map");
        }
    }

    @Test
    void shouldSayThatAddressesHaveRunOut() {
        try (PciFunction function = VfioFunction.open(device, 16, kernel.system())) {
            final long left = 0x10000 - PAGE;
            final DmaMapping one = function.map(buffer);
            final DmaMapping two = function.map(buffer);
            final DmaMapping three = function.map(buffer);
            assertThat(three.address(SIZE - 1)).isLessThan(0x10000);
            assertThatExceptionOfType(DeviceException.class).isThrownBy(() -> function.map(buffer))
                    .withMessageContaining("no room for 16 KiB among its addresses of 16 bits")
                    .withMessageContaining("the largest free range has " + (left - 3 * SIZE >> 10) + " KiB");
            List.of(one, two, three).forEach(DmaMapping::close);
        }
    }

    @Test
    void shouldNameTheOtherDevicesOfAGroupThatIsNotViable() throws IOException {
        kernel.groupFlags = 0;
        sysfs.add("0000:00:04.1", 1, 2, null);
        sysfs.putBehindIommu("0000:00:04.1", 987_654, "DMA");
        sysfs.bind("0000:00:04.1", "ahci");
        sysfs.add("0000:00:04.2", 1, 2, null);
        sysfs.putBehindIommu("0000:00:04.2", 987_654, "DMA");

        assertThatExceptionOfType(DeviceException.class).isThrownBy(this::open)
                .withMessageContaining("shares its IOMMU group 987654").withMessageContaining("PCI 0000:00:04.1 (driver ahci)")
                .withMessageNotContaining("04.2");
        assertNothingIsLeft("after the refusal");
    }

    @Test
    void shouldRefuseKernelsThatItDoesNotKnow() {
        kernel.apiVersion = 7;
        assertThatExceptionOfType(DeviceException.class).isThrownBy(this::open).withMessageContaining("version 7");
        kernel = new FakeVfio();
        kernel.extension = 0;
        assertThatExceptionOfType(DeviceException.class).isThrownBy(this::open).withMessageContaining("CONFIG_VFIO_IOMMU_TYPE1");
        kernel = new FakeVfio();
        kernel.iommu = new long[] {1L << 12};
        assertThatExceptionOfType(DeviceException.class).isThrownBy(this::open).withMessageContaining("Linux 5.4");
        assertNothingIsLeft("after the refusal");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1L << 31})
    void shouldRefuseRegistersThatCanNotBeMapped(final long size) {
        kernel.barSize = size;
        assertThatExceptionOfType(DeviceException.class).isThrownBy(this::open).withMessageContaining("has no registers to map");
        assertNothingIsLeft("after the refusal");
    }

    @Test
    void shouldRefuseAPortBar() {
        kernel.barFlags = 0;
        assertThatExceptionOfType(DeviceException.class).isThrownBy(this::open).withMessageContaining("has no registers to map");
        assertNothingIsLeft("after the refusal");
    }

    @Test
    void shouldSayThatThereIsNoIommu() throws IOException {
        final PciDevice lone = sysfs.add("0000:00:07.0", 1, 2, null);
        sysfs.bind("0000:00:07.0", "vfio-pci");
        assertThatExceptionOfType(DeviceException.class).isThrownBy(() -> VfioFunction.open(lone, 64, kernel.system()))
                .withMessageContaining("no IOMMU").withMessageContaining("drivers/vfio-pci/unbind");
        assertNothingIsLeft("after the refusal");
    }

    /** What the device's driver decides: the real VFIO of this machine has no such group. */
    @Test
    void shouldBeChosenForADeviceOfVfioPci() {
        assertThatExceptionOfType(DeviceException.class).isThrownBy(() -> PciFunction.open(device))
                .withMessageContaining("/dev/vfio/");
        assertThatIllegalArgumentException().isThrownBy(() -> PciFunction.open(device, 65)).withMessageContaining("12 to 64");
    }

    /** A late access that got hold of the registers before close must not end the JVM. */
    @Test
    void shouldSurviveALateAccess() {
        final PciFunction function = VfioFunction.open(device, 64, kernel.system());
        final MmioRegion late = new MmioRegion("late", function.bar0().open(), () -> { });
        assertThat(late.getInt(0)).isZero();
        function.close();

        assertThat(Faults.of(() -> late.getInt(0))).isInstanceOf(InternalError.class);
        assertThat(Faults.of(() -> late.putLong(8, 1))).isInstanceOf(InternalError.class);
    }

    @Test
    void shouldSurviveAccessesThatRaceWithClose() throws InterruptedException {
        for (int round = 0; round < 50; round++) {
            final PciFunction function = open();
            final AtomicReference<Throwable> end = new AtomicReference<>();
            final Thread thread = new Thread(() -> {
                while (true) {
                    function.bar0().putInt(0, function.bar0().getInt(4));
                }
            });
            thread.setUncaughtExceptionHandler((who, error) -> end.set(error));
            thread.start();
            Thread.sleep(2);
            function.close();
            thread.join();
            assertThat(end.get()).isInstanceOfAny(IllegalStateException.class, InternalError.class);
        }
        assertNothingIsLeft("after all rounds");
    }
}
