// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.internal.source;

import io.github.mapcontig.Pinning;
import io.github.mapcontig.internal.mapping.Coherency;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What a source has mapped, and what it knows about it. Whoever gets it owns it: unmaps it and closes the descriptor.
 *
 * @param address    start of the mapping
 * @param length     bytes mapped: at least what was wanted, in whole pages of the source
 * @param pageSize   bytes in a page, huge ones if it is made of them
 * @param pinning    what keeps it in its place
 * @param busAddress what a driver declares its address to be
 * @param descriptor file descriptor that has to stay open as long as the memory is used
 * @param unprovable why pagemap does not show it; empty if it does
 * @param coherency  what makes the processor and devices see the same
 */
public record SourceMemory(long address, long length, long pageSize, Pinning pinning, OptionalLong busAddress,
                           OptionalInt descriptor, Optional<String> unprovable, Coherency coherency) {
    /**
     * Memory made of pages, as pagemap shows them.
     *
     * @param address   start of the mapping
     * @param length    bytes mapped
     * @param pageSize  bytes in a page, huge ones if it is made of them
     * @param pinning   what keeps it in its place
     * @param coherency what makes the processor and devices see the same
     * @return the memory
     */
    public static SourceMemory ofPages(final long address, final long length, final long pageSize, final Pinning pinning,
                                       final Coherency coherency) {
        return new SourceMemory(address, length, pageSize, pinning, OptionalLong.empty(), OptionalInt.empty(), Optional.empty(), coherency);
    }
}
