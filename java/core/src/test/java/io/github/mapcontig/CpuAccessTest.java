// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.mapcontig.internal.platform.Platform;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CpuAccessTest {
    private static final long SIZE = 8192;

    @TempDir
    private Path root;
    private FakeMachine machine;

    @BeforeEach
    void start() {
        machine = new FakeMachine(root, new Platform("Linux", "aarch64"));
    }

    @AfterEach
    void shouldLeaveNothingMapped() {
        assertThat(machine.libC.mapped).isEmpty();
    }

    private ContiguousBuffer allocate() {
        return machine.request().size(SIZE).allocate();
    }

    @Test
    void shouldMaintainCachesByDirection() {
        try (ContiguousBuffer buffer = allocate()) {
            buffer.cpuAccess(DmaDirection.FROM_DEVICE).close();
            assertThat(machine.shims.caches).containsExactly("invalidate 8192", "clean 8192");
            machine.shims.caches.clear();
            buffer.cpuAccess(DmaDirection.TO_DEVICE).close();
            assertThat(machine.shims.caches).containsExactly("clean 8192");
            machine.shims.caches.clear();
            buffer.slice(1, 5).cpuAccess(DmaDirection.BIDIRECTIONAL).close();
            assertThat(machine.shims.caches).containsExactly("invalidate 5", "clean 5");
        }
    }

    @Test
    void shouldDoNothingWhereDevicesSeeCaches() {
        final FakeMachine x86 = new FakeMachine(root);

        try (ContiguousBuffer buffer = x86.request().size(SIZE).allocate()) {
            buffer.cpuAccess(DmaDirection.BIDIRECTIONAL).close();
        }
        assertThat(x86.shims.caches).isEmpty();
    }

    @Test
    void shouldEndOnce() {
        try (ContiguousBuffer buffer = allocate()) {
            final CpuAccess access = buffer.cpuAccess(DmaDirection.TO_DEVICE);
            access.close();
            access.close();
            assertThat(machine.shims.caches).containsExactly("clean 8192");
        }
    }

    @Test
    void shouldKeepMemoryOfAClosedBufferUntilItEnds() {
        final ContiguousBuffer buffer = allocate();
        final CpuAccess access = buffer.cpuAccess(DmaDirection.TO_DEVICE);

        buffer.close();

        assertThat(machine.libC.mapped).hasSize(1);
        access.close();
        assertThat(machine.libC.mapped).isEmpty();
        assertThat(machine.shims.caches).containsExactly("clean 8192");
    }

    @Test
    void shouldReportFailureAndStillLetGo() {
        final ContiguousBuffer buffer = allocate();
        final CpuAccess access = buffer.cpuAccess(DmaDirection.TO_DEVICE);
        machine.libC.failing.add("cache_clean");
        machine.libC.failing.add("cache_invalidate");

        assertThat(catchThrowableOfType(ContiguousMemoryException.class, access::close))
                .hasMessageContaining("can not end access of the processor").hasMessageContaining("EINVAL (22");
        assertThat(catchThrowableOfType(ContiguousMemoryException.class, () -> buffer.cpuAccess(DmaDirection.FROM_DEVICE)))
                .hasMessageContaining("can not begin access of the processor").hasMessageContaining("MAP_CONTIG")
                .hasMessageContaining("what is in caches and in memory may differ");
        buffer.close();
    }

    @Test
    void shouldNotBeginOnWhatIsClosed() {
        final ContiguousBuffer buffer = allocate();
        final ContiguousBuffer slice = buffer.slice(0, 10);
        slice.close();
        assertThatIllegalStateException().isThrownBy(() -> slice.cpuAccess(DmaDirection.TO_DEVICE));
        buffer.close();
        assertThatIllegalStateException().isThrownBy(() -> buffer.cpuAccess(DmaDirection.TO_DEVICE));
        assertThat(machine.shims.caches).isEmpty();
    }
}
