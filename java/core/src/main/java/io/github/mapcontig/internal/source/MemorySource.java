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
     * @return the address of exactly {@code length} bytes that the caller now owns and frees with munmap
     * @throws RefusedException if it can not; then nothing is mapped
     */
    long map(AllocationRequest request, long length) throws RefusedException;
}
