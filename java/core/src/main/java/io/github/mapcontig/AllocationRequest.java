// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

import io.github.mapcontig.internal.platform.Sizes;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.apache.commons.lang3.Validate;

/**
 * What is asked for. Immutable; made by {@link ContiguousMemory#request()}.
 *
 * @param size        bytes wanted, greater than 0; rounded up to whole pages, or to {@code alignment} if that is more
 * @param alignment   bytes of which the physical address is a multiple, a power of two; 1 asks for no more
 *                    than the page that everything is aligned to
 * @param addressBits how many bits of a physical address the device can put out, 12 to 64: a buffer that ends above is refused
 * @param sharing     what a forked child gets
 * @param proof       the least proof to hand out a buffer with
 * @param sources     where from, in the order to be tried; not empty
 */
public record AllocationRequest(long size, long alignment, int addressBits, Sharing sharing, ProofLevel proof,
                                List<Source> sources) {
    private static final int MIN_ADDRESS_BITS = 12;

    /**
     * Checks each part; no system call is made for a request that can not be.
     *
     * @param size        bytes wanted, greater than 0; rounded up to whole pages, or to {@code alignment} if that is more
     * @param alignment   bytes of which the physical address is a multiple, a power of two; 1 asks for no more
     *                    than the page that everything is aligned to
     * @param addressBits how many bits of a physical address the device can put out, 12 to 64: a buffer that ends above is refused
     * @param sharing     what a forked child gets
     * @param proof       the least proof to hand out a buffer with
     * @param sources     where from, in the order to be tried; not empty
     */
    public AllocationRequest {
        Validate.isTrue(size > 0, "size must be greater than 0 bytes: %d", size);
        Validate.isTrue(Long.bitCount(alignment) == 1 && alignment > 0, "alignment must be a power of two: %d", alignment);
        Validate.isTrue(addressBits >= MIN_ADDRESS_BITS && addressBits <= Long.SIZE,
                "address bits must be from 12 to 64: %d", addressBits);
        Validate.notNull(sharing, "sharing must not be null");
        Validate.notNull(proof, "proof must not be null");
        Validate.noNullElements(sources, "source %d must not be null");
        Validate.notEmpty(sources, "there must be a source to allocate from");
        Validate.isTrue(Set.copyOf(sources).size() == sources.size(), "each source may be given once: %s", sources);
        Validate.isTrue(size <= Long.MAX_VALUE - alignment, "size %d rounded up to %d passes 2^63", size, alignment);
        sources = List.copyOf(sources);
    }

    /**
     * The last address that the device can put out.
     *
     * @return the address, unsigned
     */
    long lastUsableAddress() {
        return -1L >>> Long.SIZE - addressBits;
    }

    /** What was asked, in words. */
    @Override
    public String toString() {
        return Sizes.exact(size) + " (" + size + " bytes) of contiguous memory, " + sharing
                + (alignment > 1 ? ", aligned to " + Sizes.exact(alignment) : "")
                + (addressBits < Long.SIZE ? ", within " + addressBits + " address bits" : "")
                + ", proof " + proof + ", from " + sources;
    }

    /** Collects a request part by part. Not thread-safe. */
    public static final class Builder {
        private final Allocator allocator;
        private long size;
        private long alignment = 1;
        private int addressBits = Long.SIZE;
        private Sharing sharing = Sharing.PRIVATE;
        private ProofLevel proof = ProofLevel.PFN;
        private List<Source> sources = List.of(Source.values());

        Builder(final Allocator allocator) {
            this.allocator = allocator;
        }

        /**
         * How much. There is no default.
         *
         * @param bytes greater than 0; rounded up to whole pages, as mmap does: {@link ContiguousBuffer#size()} tells
         * @return this
         */
        public Builder size(final long bytes) {
            size = bytes;
            return this;
        }

        /**
         * The physical address shall be a multiple of this. The size is rounded up to it too. MAP_CONTIG gives 2 MiB at most.
         * Default: the page size.
         *
         * @param bytes a power of two
         * @return this
         */
        public Builder alignment(final long bytes) {
            alignment = bytes;
            return this;
        }

        /**
         * How many bits of a physical address the device can put out. A buffer that reaches above is refused and released.
         * Default: 64.
         *
         * @param bits 12 to 64; 32 for a device that reaches the first 4 GiB only
         * @return this
         */
        public Builder addressBits(final int bits) {
            addressBits = bits;
            return this;
        }

        /**
         * What a forked child gets. Default: {@link Sharing#PRIVATE}.
         *
         * @param value the choice
         * @return this
         */
        public Builder sharing(final Sharing value) {
            sharing = value;
            return this;
        }

        /**
         * The least proof to be content with. Default: {@link ProofLevel#PFN}, which takes CAP_SYS_ADMIN. With
         * {@link ProofLevel#NONE} a process without it gets memory that the kernel promised to be contiguous, and no physical
         * addresses: enough where the kernel itself translates (io_uring, VFIO, RDMA).
         *
         * @param level the least level
         * @return this
         */
        public Builder proof(final ProofLevel level) {
            proof = level;
            return this;
        }

        /**
         * Where from, in the order to be tried. Default: every source, in the order of {@link Source}.
         *
         * @param values one or more, each once
         * @return this
         */
        public Builder sources(final Source... values) {
            sources = Arrays.asList(values);
            return this;
        }

        /**
         * The request, without carrying it out.
         *
         * @return the request
         * @throws IllegalArgumentException if a part is out of its range
         */
        public AllocationRequest build() {
            return new AllocationRequest(size, alignment, addressBits, sharing, proof, sources);
        }

        /**
         * Carries the request out.
         *
         * @return the buffer, which the caller closes
         * @throws IllegalArgumentException  if a part is out of its range
         * @throws ContiguousMemoryException if no source could serve; nothing stays allocated
         */
        public ContiguousBuffer allocate() {
            return allocator.allocate(build());
        }
    }
}
