// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lets each system call fail in turn: the error says which and why, and nothing stays mapped. */
class FailingCallsTest {
    private static final int EIO = 5;

    @TempDir
    private Path root;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5})
    void shouldLeaveNothingBehindWhenACallFails(final int call) {
        final FakeMachine machine = new FakeMachine(root);
        machine.libC.failingCall = call;
        machine.libC.failure = EIO;

        assertThatExceptionOfType(ContiguousMemoryException.class)
                .isThrownBy(() -> machine.request().size(1 << 20).allocate())
                .withMessageContaining("EIO (5, input/output error)")
                .withMessageContaining("what to do");
        assertThat(machine.libC.calls).hasSizeGreaterThan(call);
        assertThat(machine.libC.mapped).isEmpty();
    }

    @Test
    void shouldHaveFailedEachCallThatAllocationMakes() {
        final FakeMachine machine = new FakeMachine(root);
        try (ContiguousBuffer buffer = machine.request().size(1 << 20).allocate()) {
            assertThat(machine.libC.calls).as("the calls that the test above lets fail").hasSize(6);
            assertThat(buffer.isClosed()).isFalse();
        }
    }

    @Test
    void shouldLeaveNothingBehindWhenPagemapIsGone() {
        final FakeMachine machine = new FakeMachine(root);
        machine.delete("proc/self/pagemap");
        machine.libC.onMapped = (address, length) -> { };

        assertThatExceptionOfType(ContiguousMemoryException.class)
                .isThrownBy(() -> machine.request().size(1 << 20).allocate())
                .withMessageContaining("can not open");
        assertThat(machine.libC.mapped).isEmpty();
    }

    @Test
    void shouldKeepMemoryThatCanNotBeFreedAndFreeItLater() {
        final FakeMachine machine = new FakeMachine(root);
        final ContiguousBuffer buffer = machine.request().size(1 << 20).allocate();
        machine.libC.failingCall = machine.libC.calls.size();

        assertThatThrownBy(buffer::close).isInstanceOf(IllegalStateException.class).hasMessageContaining("close again");
        assertThat(machine.libC.mapped).hasSize(1);

        buffer.close();
        assertThat(machine.libC.mapped).isEmpty();
    }

    @Test
    void shouldFreeTheProbesPageOnAKernelWithoutMapContig() {
        final FakeMachine machine = new FakeMachine(root);
        machine.libC.patched = false;

        assertThat(MemoryCapabilities.probe(machine.environment).mapContig().available()).isFalse();
        assertThat(machine.libC.mapped).isEmpty();
    }

    @Test
    void shouldReportEachFailureOfTheProbeAsLacking() {
        final List<String> calls = List.of("getrlimit", "probe", "mmap", "madvise 23", "munmap");
        for (int call = 1; call < calls.size() - 1; call++) {
            final FakeMachine machine = new FakeMachine(root);
            machine.libC.failingCall = call;
            machine.libC.failure = EIO;

            final MemoryCapabilities found = MemoryCapabilities.probe(machine.environment);

            assertThat(machine.libC.calls).startsWith(calls.subList(0, call + 1).toArray(String[]::new));
            assertThat(found.all()).filteredOn(capability -> !capability.available())
                    .anySatisfy(capability -> assertThat(capability.detail()).contains("EIO"));
            assertThat(machine.libC.mapped).isEmpty();
        }
    }
}
