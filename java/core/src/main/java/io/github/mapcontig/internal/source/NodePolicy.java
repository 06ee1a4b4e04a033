// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.internal.source;

import io.github.mapcontig.Errno;
import io.github.mapcontig.Refusal;
import io.github.mapcontig.internal.libc.Linux;
import io.github.mapcontig.internal.libc.Shims;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Lets the calling thread get memory of one NUMA node only, until it is closed, by the same thread. A mapping's own policy (mbind) would
 * come too late for memory that is there when mmap returns.
 */
public final class NodePolicy {
    /** Who refuses where the thread can not be bound to the node, from whatever source memory is to come. */
    public static final String WHO = "NUMA node";


    private final Shims shims;
    private final int[] mode = new int[1];
    private final long[] nodes = new long[Shims.MASK_LONGS];
    private final boolean changed;

    /**
     * Changes the policy.
     *
     * @param shims the calls that need C
     * @param node  the node; empty to change nothing
     * @throws RefusedException if it can not be changed
     */
    public NodePolicy(final Shims shims, final OptionalInt node) throws RefusedException {
        this.shims = shims;
        this.changed = node.isPresent();
        if (changed) {
            change(node.getAsInt());
        }
    }

    private void change(final int node) throws RefusedException {
        final Optional<String> missing = shims.missingBecause();
        if (missing.isPresent()) {
            throw new RefusedException(Refusal.of(WHO, missing.get(), "ask for no node, and start the program under numactl"));
        }
        if (shims.get_mempolicy(mode, nodes) != 0) {
            throw failed("get_mempolicy", node);
        }
        final long[] wanted = new long[Shims.MASK_LONGS];
        wanted[node / Long.SIZE] = 1L << node % Long.SIZE;
        if (shims.set_mempolicy(Linux.MPOL_BIND, wanted) != 0) {
            throw failed("set_mempolicy", node);
        }
    }

    private RefusedException failed(final String call, final int node) {
        final Errno errno = new Errno(shims.errno());
        return new RefusedException(Refusal.of(WHO, call + " failed for node " + node, errno, remedy(errno)));
    }

    private static String remedy(final Errno errno) {
        return errno.equals(Errno.EINVAL) ? "see which nodes have memory, and which of them this process may use (numactl --hardware;"
                + " cpuset.mems of its cgroup), or ask for no node"
                : "ask for no node: the kernel has no NUMA, or the seccomp filter of the process forbids it (in Docker --cap-add"
                        + " SYS_NICE allows it)";
    }

    /**
     * Sets the policy back.
     *
     * @throws IllegalStateException if that fails; the thread should not be used any more then
     */
    public void close() {
        if (changed && shims.set_mempolicy(mode[0], nodes) != 0) {
            throw new IllegalStateException("the thread's memory policy could not be set back: set_mempolicy failed with "
                    + new Errno(shims.errno()));
        }
    }
}
