// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.benchmarks;

import io.github.mapcontig.ContiguousBuffer;
import io.github.mapcontig.ContiguousMemory;
import io.github.mapcontig.ContiguousMemoryException;
import io.github.mapcontig.AllocationRequest;
import io.github.mapcontig.ContiguityProof;
import io.github.mapcontig.ProofLevel;
import io.github.mapcontig.Refusal;
import io.github.mapcontig.Source;
import java.util.Optional;
import java.util.stream.Collectors;

/** A source of the library and no other, so that nothing is measured that took its place; in one extent or as many as it takes. */
public enum Kind {
    /** A contiguous range. */
    MAP_CONTIG(Source.MAP_CONTIG, 0),
    /** Huge pages of the pool that are neighbors. */
    HUGETLB(Source.HUGETLB, 0),
    /** Huge pages of the pool, neighbors or not. */
    HUGETLB_SCATTERED(Source.HUGETLB, 2 << 20),
    /** Ordinary memory. */
    LOCKED_SCATTERED(Source.LOCKED, 4096);

    private final Source source;
    private final int extent;

    /**
     * Creates a kind.
     *
     * @param source where it comes from
     * @param extent the shortest extent, 0 for a single one
     */
    Kind(final Source source, final int extent) {
        this.source = source;
        this.extent = extent;
    }

    /**
     * What is asked for.
     *
     * @param size bytes
     * @return the request
     */
    AllocationRequest.Builder request(final long size) {
        final int extents = extent == 0 ? 1 : Math.max(2, Math.toIntExact(size / extent));
        return ContiguousMemory.request().size(size).sources(source).maxExtents(extents);
    }

    ContiguousBuffer allocate(final long size) {
        return request(size).allocate();
    }

    Source source() {
        return source;
    }

    /**
     * Why this machine can not serve it now.
     *
     * @return in one line; empty if it can
     */
    Optional<String> refusal(final long size) {
        try (ContiguousBuffer buffer = allocate(size)) {
            check(buffer);
            return Optional.empty();
        } catch (final ContiguousMemoryException e) {
            return Optional.of(e.refusals().stream().map(Refusal::reason).collect(Collectors.joining("; ")));
        }
    }

    /** Makes sure, by a new proof, that what was measured is what it is called. */
    void check(final ContiguousBuffer buffer) {
        check(buffer, buffer.verify());
    }

    /** Makes sure that a proof has page frame numbers, is of memory that is all there, and of one extent where that was asked. */
    void check(final ContiguousBuffer buffer, final ContiguityProof proof) {
        final boolean whole = proof.level() == ProofLevel.PFN && proof.presentPages() == proof.pages();
        if (!whole || buffer.source() != source || extent == 0 && !proof.isContiguous()) {
            throw new IllegalStateException("the benchmark measured something else: " + buffer + ", now " + proof);
        }
    }
}
