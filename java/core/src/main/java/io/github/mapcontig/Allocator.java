// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

import io.github.mapcontig.internal.events.Events;
import io.github.mapcontig.internal.libc.LibC;
import io.github.mapcontig.internal.libc.Linux;
import io.github.mapcontig.internal.mapping.Mapping;
import io.github.mapcontig.internal.platform.Sizes;
import io.github.mapcontig.internal.source.MemorySource;
import io.github.mapcontig.internal.source.NodePolicy;
import io.github.mapcontig.internal.source.RefusedException;
import io.github.mapcontig.internal.source.SourceMemory;
import io.github.mapcontig.internal.watch.Holding;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Supplier;


/**
 * Carries requests out: tries the sources in their order, and hands out what a source mapped only after it was proved.
 * Whatever fails on the way, what was mapped is unmapped.
 */
final class Allocator {
    /** Bytes that every machine has. To read how many this one has would be half of the time of a small allocation. */
    private static final long SMALL = 64L << 20;

    private final Supplier<Environment> environments;

    Allocator(final Supplier<Environment> environments) {
        this.environments = environments;
    }

    ContiguousBuffer allocate(final AllocationRequest request) {
        final Environment environment = environments.get();
        final long length = roundUp(request, environment.pageSize());
        final List<Refusal> refusals = new ArrayList<>();
        final OptionalLong total = length <= SMALL ? OptionalLong.empty() : environment.files().totalMemory();
        if (total.isPresent() && length > total.getAsLong()) {
            refusals.add(Refusal.of("memory", "this machine has " + Sizes.rounded(total.getAsLong()) + " (MemTotal)",
                    "ask for less than that: contiguous memory can not be overcommitted or swapped"));
            throw new ContiguousMemoryException(request, refusals, environment.lockLimits());
        }
        final Map<Source, MemorySource> sources = environment.sources();
        final Events.Allocating event = Events.current().allocating();
        for (final Source source : request.sources()) {
            try {
                final ContiguousBuffer buffer = allocate(environment, request, sources.get(source), length);
                event.succeeded(buffer, refusals.size());
                return buffer;
            } catch (final RefusedException e) {
                refusals.add(e.refusal());
                if (e.refusal().who().equals(NodePolicy.WHO)) {
                    break;      // each of them would be refused in the same words
                }
            }
        }
        event.failed(length, refusals.size());
        throw new ContiguousMemoryException(request, refusals, environment.lockLimits());
    }

    private static long roundUp(final AllocationRequest request, final long pageSize) {
        final long unit = Math.max(request.alignment(), pageSize);
        if (request.size() > Long.MAX_VALUE - unit) {
            throw new IllegalArgumentException("size " + request.size() + " rounded up to whole pages passes 2^63");
        }
        return (request.size() + unit - 1) & -unit;
    }

    private static ContiguousBuffer allocate(final Environment environment, final AllocationRequest request,
                                             final MemorySource source, final long length) throws RefusedException {
        prepareTombstone(environment, source);
        final SourceMemory memory = map(environment, request, source, length);
        final String who = source.id().name();
        int pin = Pin.NOT_NEEDED;
        boolean handedOut = false;
        try {
            if (request.sharing() == Sharing.PRIVATE) {
                advise(environment, source, memory, Linux.MADV_DONTFORK, "MADV_DONTFORK");
            }
            // Buffers of this kind are large and hold other people's data; a core file is the wrong place for both.
            advise(environment, source, memory, Linux.MADV_DONTDUMP, "MADV_DONTDUMP");
            Pinning pinning = memory.pinning();
            if (request.pinned() && pinning == Pinning.NONE) {
                // Before the proof, since to pin a page may move it
                pin = Pin.take(environment.shims(), memory.address(), memory.length(), who);
                pinning = Pinning.IO_URING;
            }
            final ContiguityProof proof = new Prover(environment).prove(memory, length, pinning);
            final List<Extent> extents = new ProofCheck(request, who).check(proof);
            checkNode(environment, request, memory, proof, who);
            final int heldPin = pin;
            final Holding holding = environment.ledger().holding(memory.address(), length, source.id());
            final Mapping mapping = new Mapping(environment.libC(), environment.tombstone(), memory.address(), memory.length(),
                    () -> release(environment, memory, heldPin), holding);
            handedOut = true;
            holding.begin();
            return new ContiguousBuffer(new Allocation(environment, mapping, memory, source.id(), proof, extents));
        } finally {
            if (!handedOut) {
                free(environment, memory, pin);
            }
        }
    }

    private static SourceMemory map(final Environment environment, final AllocationRequest request, final MemorySource source,
                                    final long length) throws RefusedException {
        final NodePolicy policy = new NodePolicy(environment.shims(), request.node());
        SourceMemory memory = null;
        boolean restored = false;
        try {
            try {
                memory = source.map(request, length);
            } finally {
                policy.close();
            }
            restored = true;
            return memory;
        } finally {
            if (!restored && memory != null) {
                free(environment, memory, Pin.NOT_NEEDED);
            }
        }
    }

    private static void free(final Environment environment, final SourceMemory memory, final int pin) {
        environment.libC().munmap(memory.address(), memory.length());
        release(environment, memory, pin);
    }

    private static void release(final Environment environment, final SourceMemory memory, final int pin) {
        if (pin != Pin.NOT_NEEDED) {
            environment.shims().unpin(pin);
        }
        memory.descriptor().ifPresent(environment.libC()::close);
    }

    private static void prepareTombstone(final Environment environment, final MemorySource source) throws RefusedException {
        final int error = environment.tombstone().prepare();
        if (error != 0) {
            throw new RefusedException(Refusal.of(source.id().name(), "memfd_create failed, which a safe close() needs",
                    new Errno(error), "raise the limit on open files (ulimit -n)"));
        }
    }

    private static void advise(final Environment environment, final MemorySource source, final SourceMemory memory,
                               final int advice, final String name) throws RefusedException {
        final LibC libC = environment.libC();
        if (libC.madvise(memory.address(), memory.length(), advice) != 0) {
            throw new RefusedException(Refusal.of(source.id().name(), "madvise(" + name + ") failed; the memory was released",
                    new Errno(libC.errno()), "check the seccomp filter of the process and the kernel log (dmesg)"));
        }
    }

    /** The kernel takes the policy of the thread for a demand; memory that was there before (of a pool) need not follow it. */
    private static void checkNode(final Environment environment, final AllocationRequest request, final SourceMemory memory,
                                  final ContiguityProof proof, final String who) throws RefusedException {
        if (request.node().isEmpty()) {
            return;
        }
        final int wanted = request.node().getAsInt();
        // Where extents are unknown there is one
        final List<Long> starts = proof.extents().isEmpty() ? List.of(0L) : proof.extents().stream().map(Extent::offset).toList();
        for (final long offset : starts) {
            final int node = environment.shims().node_of(memory.address() + offset);
            if (node == -1) {
                throw new RefusedException(Refusal.of(who, "the memory was released, since of which node it is can not be found out:"
                        + " get_mempolicy failed", new Errno(environment.shims().errno()), "ask for no node"));
            }
            if (node != wanted) {
                throw new RefusedException(Refusal.of(who, "the memory was released, since it is of node " + node + " and not of "
                        + wanted, "make room on node " + wanted + ": reserve memory there (contig_cma=" + wanted + ":SIZE)"));
            }
        }
    }
}
