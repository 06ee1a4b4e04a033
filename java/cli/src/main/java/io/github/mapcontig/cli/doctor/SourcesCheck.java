// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli.doctor;

import io.github.mapcontig.AllocationRequest;
import io.github.mapcontig.ContiguousBuffer;
import io.github.mapcontig.ContiguousMemory;
import io.github.mapcontig.ContiguousMemoryException;
import io.github.mapcontig.ProofLevel;
import io.github.mapcontig.Refusal;
import io.github.mapcontig.Source;
import io.github.mapcontig.cli.text.ShellWords;
import io.github.mapcontig.internal.platform.Sizes;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Asks every source of the library for memory: the only way to know. */
final class SourcesCheck {
    private final long size;

    /**
     * Creates a check.
     *
     * @param size bytes to ask for
     */
    SourcesCheck(final long size) {
        this.size = size;
    }

    List<Finding> run() {
        final List<Finding> findings = new ArrayList<>();
        for (final Source source : Source.values()) {
            findings.add(check(source));
        }
        return findings;
    }

    /** A page of ordinary memory will do to see whether memory can be pinned: what forbids it forbids it for all. */
    Finding pin() {
        final String name = "pins";
        try (ContiguousBuffer buffer = ContiguousMemory.request().size(1).sources(Source.LOCKED)
                .maxExtents(AllocationRequest.ANY_EXTENTS).proof(ProofLevel.NONE).pinned(true).allocate()) {
            return Finding.yes(name, "HUGETLB and LOCKED can be kept where they are (" + buffer.proof().pinning() + ")");
        } catch (final ContiguousMemoryException e) {
            return refused(name, "HUGETLB and LOCKED can not be kept where they are: ", e);
        }
    }

    private Finding check(final Source source) {
        final String name = "source " + source;
        final AllocationRequest.Builder request = ContiguousMemory.request().size(size).sources(source);
        try (ContiguousBuffer buffer = request.allocate()) {
            return Finding.yes(name, "gave " + Sizes.exact(buffer.size()) + ", proof " + buffer.proof().level());
        } catch (final ContiguousMemoryException e) {
            return refused(name, "no " + Sizes.exact(size) + ": ", e);
        }
    }

    private static Finding refused(final String name, final String what, final ContiguousMemoryException e) {
        return new Finding(name, Finding.State.NO, what + e.refusals().stream().map(Refusal::whatHappened)
                .collect(Collectors.joining("; ")), e.refusals().stream().map(Refusal::remedy).map(ShellWords::of).toList());
    }
}
