// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli;

import io.github.mapcontig.AllocationRequest;
import io.github.mapcontig.ContiguousMemory;
import io.github.mapcontig.ProofLevel;
import io.github.mapcontig.Source;
import java.util.List;
import picocli.CommandLine.Option;

/** What {@code alloc} asks the library for: an option for each part of a request. */
final class RequestOptions {
    @Option(names = "--size", required = true, paramLabel = "SIZE", description = "How much, such as 64M, 64MiB or 4096.")
    private ByteSize size;

    @Option(names = "--source", split = ",", paramLabel = "SOURCE",
            description = "Where from, in the order to be tried: ${COMPLETION-CANDIDATES} (default: all).")
    private List<Source> sources;

    @Option(names = "--alignment", paramLabel = "SIZE", description = "Of the physical address, a power of two.")
    private ByteSize alignment;

    @Option(names = "--boundary", paramLabel = "SIZE", description = "That no extent may cross, a power of two.")
    private ByteSize boundary;

    @Option(names = "--address-bits", paramLabel = "BITS", defaultValue = "64",
            description = "How many bits of an address the device can put out (default: ${DEFAULT-VALUE}).")
    private int addressBits;

    @Option(names = "--node", paramLabel = "NODE", description = "NUMA node (default: the process's policy).")
    private Integer node;

    @Option(names = "--max-extents", paramLabel = "N", defaultValue = "1",
            description = "How many pieces the device can gather (default: ${DEFAULT-VALUE}).")
    private int maxExtents;

    @Option(names = "--pinned", description = "It must not be moved by the kernel.")
    private boolean pinned;

    @Option(names = "--proof", paramLabel = "LEVEL", defaultValue = "PFN",
            description = "The least proof to accept: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private ProofLevel proof;

    AllocationRequest.Builder request() {
        final AllocationRequest.Builder request = ContiguousMemory.request().size(size.bytes()).addressBits(addressBits)
                .maxExtents(maxExtents).pinned(pinned).proof(proof);
        if (alignment != null) {
            request.alignment(alignment.bytes());
        }
        if (boundary != null) {
            request.boundary(boundary.bytes());
        }
        if (node != null) {
            request.node(node);
        }
        if (sources != null) {
            request.sources(sources.toArray(Source[]::new));
        }
        return request;
    }
}
