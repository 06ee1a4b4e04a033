// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

import static io.github.mapcontig.FakeMachine.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UDmaBufSourceTest {
    private static final long SIZE = 65536;
    private static final long BUS = 0x7000_0000L;

    @TempDir
    private Path root;
    private FakeMachine machine;

    @BeforeEach
    void start() {
        machine = new FakeMachine(root);
    }

    @AfterEach
    void shouldLeaveNothing() {
        assertThat(machine.libC.mapped).isEmpty();
        assertThat(machine.libC.descriptors.names()).isEmpty();
    }

    private AllocationRequest.Builder request() {
        return machine.request().size(SIZE).sources(Source.U_DMA_BUF).proof(ProofLevel.DECLARED);
    }

    private String written(final String name) throws IOException {
        return Files.readString(root.resolve("sys/class/u-dma-buf/udmabuf0").resolve(name));
    }

    @Test
    void shouldServeWhatTheDriverDeclares() {
        machine.addDevice("udmabuf0", 2 * SIZE, BUS, true);

        try (ContiguousBuffer buffer = request().allocate()) {
            assertThat(buffer.physicalAddress(10)).isEqualTo(BUS + 10);
            assertThat(buffer.extents()).containsExactly(new Extent(0, BUS, SIZE));
            assertThat(buffer.addressKind()).isEqualTo(AddressKind.BUS);
            assertThat(buffer.proof().level()).isEqualTo(ProofLevel.DECLARED);
            assertThat(buffer.proof()).asString().contains("contiguous as its driver declares, bus address 0x70000000-0x7000ffff");
            assertThat(buffer.proof().reason().orElseThrow()).contains("u-dma-buf driver");
            assertThat(buffer.verify().movedSince(buffer.proof())).isEmpty();
            assertThat(buffer.slice(4096, 1).physicalAddress()).isEqualTo(BUS + 4096);
        }
    }

    @Test
    void shouldHandOutZeros() {
        machine.addDevice("udmabuf0", SIZE, BUS, true);

        try (ContiguousBuffer buffer = request().allocate()) {
            for (long index = 0; index < SIZE; index += 8) {
                assertThat(buffer.getLong(index)).isZero();
            }
        }
    }

    @Test
    void shouldLeaveADeviceToOneBufferUntilThatIsFreed() {
        machine.addDevice("udmabuf0", SIZE, BUS, true);
        machine.addDevice("udmabuf1", SIZE, 2 * BUS, true);

        final ContiguousBuffer first = request().allocate();
        assertThat(first.physicalAddress()).isEqualTo(BUS);
        try (ContiguousBuffer second = request().allocate()) {
            assertThat(second.physicalAddress()).isEqualTo(2 * BUS);
            assertThat(machine.libC.descriptors.names()).containsExactlyInAnyOrder("udmabuf0", "udmabuf1");
            final ContiguousMemoryException e = failure(request());
            assertThat(e).hasMessageContaining("udmabuf0: it is in use (flock): EAGAIN (11")
                    .hasMessageContaining("udmabuf1: it is in use (flock): EAGAIN (11")
                    .hasMessageContaining("load the driver with one more, large enough: u-dma-buf udmabufN=65536");
            first.close();
            try (ContiguousBuffer third = request().allocate()) {
                assertThat(third.physicalAddress()).isEqualTo(BUS);
            }
        }
    }

    @Test
    void shouldSayWhyEachDeviceIsUnfit() {
        machine.addDevice("udmabuf0", SIZE / 2, BUS, true);
        machine.addDevice("udmabuf1", SIZE, 0x1_0000_0000L, true);
        machine.addDevice("udmabuf2", SIZE, BUS, true);
        machine.write("sys/class/u-dma-buf/udmabuf2/size", "many\n");
        machine.addDevice("udmabuf3", SIZE, BUS, true);
        machine.delete("dev/udmabuf3");
        machine.addDevice("udmabuf4", SIZE, BUS + 4096, true);

        assertThat(failure(request().addressBits(32).boundary(SIZE)))
                .hasMessageContaining("udmabuf0: it has 32 KiB only")
                .hasMessageContaining("udmabuf1: it ends at 0x10000ffff, above the device's last address 0xffffffff")
                .hasMessageContaining("size is not a number: many")
                .hasMessageContaining("/dev/udmabuf3: ENOENT (2")
                .hasMessageContaining("udmabuf4: it lies at 0x70001000-0x70010fff, across a boundary of 64 KiB");
    }

    @Test
    void shouldRefuseWhatItCanNotPromise() {
        assertThat(failure(request())).hasMessageContaining("there is no u-dma-buf device")
                .hasMessageContaining("modprobe u-dma-buf udmabuf0=65536");
        machine.addDevice("udmabuf0", SIZE, BUS, true);
        assertThat(failure(request().proof(ProofLevel.HUGE_PAGE))).hasMessageContaining("pagemap shows none of it")
                .hasMessageContaining(".proof(ProofLevel.DECLARED)");
        assertThat(failure(request().node(0))).hasMessageContaining("of which node its memory is, is unknown");
        machine.shims.missing = Optional.of("no libmapcontig here");
        assertThat(failure(request())).hasMessageContaining("no libmapcontig here");
    }

    @Test
    void shouldServeWhoAsksForNoProof() {
        machine.addDevice("udmabuf0", SIZE, BUS, true);

        try (ContiguousBuffer buffer = request().proof(ProofLevel.NONE).allocate()) {
            assertThat(buffer.proof().level()).isEqualTo(ProofLevel.DECLARED);
        }
    }

    @Test
    void shouldSyncByTheDriver() throws IOException {
        machine.addDevice("udmabuf0", SIZE, BUS, false);

        try (ContiguousBuffer buffer = request().allocate()) {
            buffer.cpuAccess(DmaDirection.BIDIRECTIONAL).close();
            assertThat(written("sync_for_cpu")).isEqualTo("0x0000000000010001");
            assertThat(written("sync_for_device")).isEqualTo("0x0000000000010001");

            final ContiguousBuffer part = buffer.slice(4096 + 5, 30);
            final CpuAccess access = part.cpuAccess(DmaDirection.FROM_DEVICE);
            // From byte 4096 on, 5 + 30 bytes rounded up to 48; direction 2, now
            assertThat(written("sync_for_cpu")).isEqualTo("0x0000100000000039");
            access.close();
            assertThat(written("sync_for_device")).isEqualTo("0x0000100000000039");

            part.cpuAccess(DmaDirection.TO_DEVICE).close();
            assertThat(written("sync_for_cpu")).isEqualTo("0x0000100000000035");
        }
    }

    @Test
    void shouldNotSyncADeviceThatIsCoherent() {
        machine.addDevice("udmabuf0", SIZE, BUS, true);

        try (ContiguousBuffer buffer = request().allocate()) {
            buffer.cpuAccess(DmaDirection.BIDIRECTIONAL).close();
        }
        assertThat(root.resolve("sys/class/u-dma-buf/udmabuf0/sync_for_cpu")).doesNotExist();
    }

    @Test
    void shouldReportSyncThatTheDriverRefuses() throws IOException {
        machine.addDevice("udmabuf0", SIZE, BUS, false);
        Files.createDirectory(root.resolve("sys/class/u-dma-buf/udmabuf0/sync_for_cpu"));

        try (ContiguousBuffer buffer = request().allocate()) {
            assertThat(catchThrowableOfType(ContiguousMemoryException.class, () -> buffer.cpuAccess(DmaDirection.TO_DEVICE)))
                    .hasMessageContaining("EIO (5").hasMessageContaining("dmesg");
        }
    }
}
