// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.mapcontig.internal.libc.Linux;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Lets each system call fail in turn: the error says which and why, and nothing stays mapped, open, pinned or taken. */
class FailingCallsTest {
    private static final int EIO = 5;

    @TempDir
    private Path root;

    /** A request that one source serves, on a machine that has what it takes. */
    private enum Scenario {
        MAP_CONTIG {
            @Override
            AllocationRequest.Builder request(final FakeMachine machine) {
                machine.loseEntriesUntilTouched(256);
                return machine.request().size(MIB).sources(Source.MAP_CONTIG);
            }
        },
        MAP_CONTIG_TRIMMED {
            @Override
            AllocationRequest.Builder request(final FakeMachine machine) {
                machine.word = page -> PagemapEntry.PRESENT | FakeMachine.FIRST_PFN - 512 + page;
                return machine.request().size(8 * MIB).alignment(8 * MIB).sources(Source.MAP_CONTIG);
            }
        },
        ONE_HUGE_PAGE {
            @Override
            AllocationRequest.Builder request(final FakeMachine machine) {
                machine.addHugePages(HUGE, GIB);
                return machine.request().size(MIB).sources(Source.HUGETLB);
            }
        },
        HUGE_PAGES_THAT_ARE_NEIGHBORS {
            @Override
            AllocationRequest.Builder request(final FakeMachine machine) {
                machine.addHugePages(HUGE, GIB + HUGE, 2 * GIB, GIB, 3 * GIB);
                return machine.request().size(2 * HUGE).pinned(true).sources(Source.HUGETLB);
            }
        },
        DMA_HEAP {
            @Override
            AllocationRequest.Builder request(final FakeMachine machine) {
                machine.write("dev/dma_heap/reserved", "");
                return machine.request().size(MIB).proof(ProofLevel.NONE).sources(Source.DMA_HEAP);
            }
        },
        U_DMA_BUF {
            @Override
            AllocationRequest.Builder request(final FakeMachine machine) {
                machine.addDevice("udmabuf0", MIB, GIB, true);
                return machine.request().size(MIB).proof(ProofLevel.DECLARED).sources(Source.U_DMA_BUF);
            }
        },
        LOCKED_ON_A_NODE {
            @Override
            AllocationRequest.Builder request(final FakeMachine machine) {
                return machine.request().size(MIB).maxExtents(2).node(0).pinned(true).sources(Source.LOCKED);
            }
        };

        private static final long MIB = 1L << 20;
        private static final long HUGE = 2 * MIB;
        private static final long GIB = 1L << 30;

        abstract AllocationRequest.Builder request(FakeMachine machine);
    }

    @ParameterizedTest
    @EnumSource
    void shouldLeaveNothingBehindWhichEverCallFails(final Scenario scenario) {
        final List<String> calls = callsOf(scenario);
        assertThat(calls).hasSizeGreaterThan(4);
        for (int call = 0; call < calls.size(); call++) {
            if (!harmless(calls.get(call))) {
                failOne(scenario, call, calls.get(call));
            }
        }
    }

    private void failOne(final Scenario scenario, final int call, final String name) {
        final FakeMachine machine = new FakeMachine(root.resolve(scenario + "-" + call));
        final AllocationRequest.Builder request = scenario.request(machine);
        machine.libC.failingCall = call;
        machine.libC.failure = EIO;

        assertThatThrownBy(request::allocate).as("call %d: %s", call, name)
                .isInstanceOfAny(ContiguousMemoryException.class, IllegalStateException.class)
                .hasMessageContaining("EIO (5, input/output error)")
                .hasMessageContaining(name.equals("set_mempolicy") && call > 2 ? "could not be set back" : "what to do");
        assertThat(machine.libC.calls.get(call)).isEqualTo(name);
        assertNothingIsLeft(machine, "after call " + call + ": " + name);
    }

    /** The calls of an allocation that succeeds; after it, nothing is left either. */
    private List<String> callsOf(final Scenario scenario) {
        final FakeMachine machine = new FakeMachine(root.resolve(scenario.name()));
        try (ContiguousBuffer buffer = scenario.request(machine).allocate()) {
            assertThat(buffer.isClosed()).isFalse();
            return List.copyOf(machine.libC.calls);
        } finally {
            assertNothingIsLeft(machine, "after success");
        }
    }

    private static void assertNothingIsLeft(final FakeMachine machine, final String when) {
        assertThat(machine.libC.mapped).as(when).isEmpty();
        assertThat(machine.libC.locked).as(when).isEmpty();
        assertThat(machine.libC.descriptors.names()).as(when).isEmpty();
        assertThat(machine.shims.pins).as(when).isEmpty();
        assertThat(machine.libC.hugePages.missing()).as(when).isZero();
    }

    /** munmap at the ends of mappings and close can not fail in earnest, and huge pages for locked memory are a wish. */
    private static boolean harmless(final String name) {
        return name.equals("munmap") || name.equals("close") || name.equals("madvise " + Linux.MADV_HUGEPAGE);
    }

    @ParameterizedTest
    @EnumSource
    void shouldSucceedWhenACallFailsThatDoesNotMatter(final Scenario scenario) {
        final List<String> calls = callsOf(scenario);
        for (int call = 0; call < calls.size(); call++) {
            if (harmless(calls.get(call)) && !calls.get(call).equals("munmap")) {
                final FakeMachine machine = new FakeMachine(root.resolve(scenario + "-harmless-" + call));
                machine.libC.failingCall = call;
                scenario.request(machine).allocate().close();
                assertNothingIsLeft(machine, "after call " + call + ": " + calls.get(call));
            }
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
