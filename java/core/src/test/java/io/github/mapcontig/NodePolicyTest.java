// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

import static io.github.mapcontig.FakeMachine.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Memory of a NUMA node: the thread's policy while a source works, and the check of what came of it. */
class NodePolicyTest {
    private static final String BIND_TO_NODE_3 = "2 8";
    private static final String BEFORE = "1 4";

    @TempDir
    private Path root;
    private FakeMachine machine;

    @BeforeEach
    void start() {
        machine = new FakeMachine(root);
        machine.shims.nodeOf = address -> 3;
        machine.shims.policy = BEFORE;
    }

    @AfterEach
    void shouldLeaveNothing() {
        assertThat(machine.libC.mapped).isEmpty();
        assertThat(machine.libC.descriptors.names()).isEmpty();
    }

    private AllocationRequest.Builder request() {
        return machine.request().size(8192).node(3).sources(Source.MAP_CONTIG);
    }

    @Test
    void shouldBindTheThreadWhileMemoryIsMappedAndSetItsPolicyBack() {
        try (ContiguousBuffer buffer = request().allocate()) {
            assertThat(buffer.node()).hasValue(3);
        }

        assertThat(machine.shims.policies).containsExactly(BIND_TO_NODE_3, BEFORE);
        assertThat(machine.libC.calls).containsSubsequence("get_mempolicy", "set_mempolicy", "mmap contig", "set_mempolicy");
    }

    @Test
    void shouldSetThePolicyBackAfterAFailure() {
        machine.libC.contigError = 12;

        assertThat(failure(request())).hasMessageContaining("ENOMEM");
        assertThat(machine.shims.policy).isEqualTo(BEFORE);
        assertThat(machine.shims.policies).hasSize(2);
    }

    @Test
    void shouldLeaveThePolicyAloneIfNoNodeIsAskedFor() {
        machine.request().size(4096).allocate().close();

        assertThat(machine.libC.calls).doesNotContain("get_mempolicy", "set_mempolicy", "node_of");
    }

    @Test
    void shouldExplainWhyANodeCanNotBeHad() {
        machine.libC.failing.add("set_mempolicy");

        assertThat(failure(request())).hasMessageContaining("set_mempolicy failed for node 3: EINVAL")
                .hasMessageContaining("numactl --hardware");
        machine.libC.failing.clear();
        machine.libC.failing.add("get_mempolicy");
        machine.libC.failure = 38;
        assertThat(failure(request())).hasMessageContaining("get_mempolicy failed for node 3: ENOSYS");
        assertThat(machine.libC.calls).doesNotContain("mmap contig");
        assertThat(machine.shims.policy).isEqualTo(BEFORE);
    }

    @Test
    void shouldSayOnceThatThereIsNoSuchNode() {
        machine.libC.failing.add("set_mempolicy");

        final ContiguousMemoryException e = failure(machine.request().size(8192).node(3));

        assertThat(e.refusals()).hasSize(1);
        assertThat(e.refusals().get(0).remedy()).contains("cpuset.mems").doesNotContain("seccomp");
        machine.libC.failure = 38;
        assertThat(failure(request())).hasMessageContaining("ENOSYS").hasMessageContaining("seccomp")
                .hasMessageNotContaining("cpuset.mems");
    }

    @Test
    void shouldSayThatTheLibraryIsMissing() {
        machine.shims.missing = Optional.of("no libmapcontig here");

        assertThat(failure(request())).hasMessageContaining("no libmapcontig here").hasMessageContaining("numactl");
    }

    @Test
    void shouldReleaseMemoryIfThePolicyCanNotBeSetBack() {
        // memfd_create, get_mempolicy, set_mempolicy, probe, mmap contig, set_mempolicy
        machine.libC.failingCall = 5;

        assertThatIllegalStateException().isThrownBy(() -> request().allocate())
                .withMessageContaining("could not be set back").withMessageContaining("EINVAL");
        assertThat(machine.libC.calls).endsWith("set_mempolicy", "munmap");
    }

    @Test
    void shouldCheckOfWhichNodeMemoryIs() {
        machine.shims.nodeOf = address -> 0;

        assertThat(failure(request())).hasMessageContaining("it is of node 0 and not of 3").hasMessageContaining("contig_cma=3:SIZE");
    }

    @Test
    void shouldCheckTheNodeOfEachExtent() {
        machine.word = page -> PagemapEntry.PRESENT | 100 + 2 * page;
        machine.shims.nodeOf = address -> address % 8192 == 4096 == (machine.libC.mapped.firstKey() % 8192 == 4096) ? 3 : 1;

        assertThat(failure(request().sources(Source.LOCKED).maxExtents(2))).hasMessageContaining("it is of node 1 and not of 3");
    }

    @Test
    void shouldSayThatTheNodeCanNotBeFoundOut() {
        machine.libC.failing.add("node_of");
        machine.libC.failure = 14;

        assertThat(failure(request())).hasMessageContaining("of which node it is can not be found out").hasMessageContaining("EFAULT");
    }

    @Test
    void shouldTellNoNodeWhereItCanNotBeFoundOut() {
        try (ContiguousBuffer buffer = request().allocate()) {
            machine.libC.failing.add("node_of");
            assertThat(buffer.node()).isEmpty();
            machine.shims.missing = Optional.of("gone");
            assertThat(buffer.node()).isEmpty();
            final ContiguousBuffer slice = buffer.slice(0, 1);
            slice.close();
            assertThatIllegalStateException().isThrownBy(slice::node).withMessageContaining("closed");
        }
    }
}
