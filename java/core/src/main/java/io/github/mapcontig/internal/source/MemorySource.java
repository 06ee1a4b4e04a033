// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.internal.source;

import io.github.mapcontig.AllocationRequest;
import io.github.mapcontig.Source;

/** One way to get memory that should be contiguous. Implementations are thread-safe. */
public interface MemorySource {
    /**
     * Which source this is.
     *
     * @return its public name
     */
    Source id();

    /**
     * Maps memory, populated and zeroed, readable and writable.
     *
     * @param request what is wanted
     * @param length  bytes to map: the wanted size rounded up to whole pages
     * @return at least {@code length} bytes, which the caller now owns
     * @throws RefusedException if it can not; then nothing is mapped
     */
    SourceMemory map(AllocationRequest request, long length) throws RefusedException;
}
