// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

/**
 * Allocates physically contiguous memory.
 *
 * <pre>{@code
 * try (ContiguousBuffer buffer = ContiguousMemory.allocate(64 << 20)) {
 *     long dmaAddress = buffer.physicalAddress();
 *     ByteBuffer bytes = buffer.asByteBuffer(0, 4096);
 * }
 * }</pre>
 *
 * <p>A buffer is handed out only with a proof of what it is. No call of the system is trusted: a kernel without MAP_CONTIG
 * accepts the flag and returns scattered memory, so the kernel is asked first, and the page frame numbers are read
 * afterwards. Where they can not be read (that takes CAP_SYS_ADMIN), allocation fails, unless the caller asks for
 * {@link ProofLevel#NONE}.
 *
 * <p>Thread-safe.
 */
public final class ContiguousMemory {
    private ContiguousMemory() {
    }

    /**
     * Allocates a private buffer with a proof, from whatever source can serve.
     *
     * @param size bytes, greater than 0; rounded up to whole pages
     * @return the buffer, populated and zeroed, which the caller closes
     * @throws IllegalArgumentException  if the size is 0 or negative
     * @throws ContiguousMemoryException if no source could serve; nothing stays allocated
     */
    public static ContiguousBuffer allocate(final long size) {
        return request().size(size).allocate();
    }

    /**
     * Starts a request with more conditions than a size.
     *
     * @return a builder with defaults for all but the size
     */
    public static AllocationRequest.Builder request() {
        return new AllocationRequest.Builder(new Allocator(Environment::get));
    }

    /**
     * How much this process holds, and what it forgot to close.
     *
     * @return the numbers of this moment
     */
    public static MemoryStatistics statistics() {
        return Environment.statistics();
    }
}
