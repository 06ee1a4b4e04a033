// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

import io.github.mapcontig.internal.platform.Sizes;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.apache.commons.lang3.Validate;

/**
 * What is asked for. Immutable; made by {@link ContiguousMemory#request()}.
 *
 * @param size        bytes wanted, greater than 0; rounded up to whole pages, or to {@code alignment} if that is more
 * @param alignment   bytes of which the physical address of each extent is a multiple, a power of two; 1 asks for no more
 *                    than the page that everything is aligned to
 * @param boundary    bytes, a power of two of which no extent crosses a multiple; 0 for none
 * @param addressBits how many bits of a physical address the device can put out, 12 to 64: a buffer that ends above is refused
 * @param node        NUMA node that the memory shall be of; empty for any
 * @param maxExtents  how many physically contiguous parts it may have, 1 or more; 1 is contiguous
 * @param pinned      whether it must be kept from being moved
 * @param sharing     what a forked child gets
 * @param proof       the least proof to hand out a buffer with
 * @param sources     where from, in the order to be tried; not empty
 */
public record AllocationRequest(long size, long alignment, long boundary, int addressBits, OptionalInt node, int maxExtents,
                                boolean pinned, Sharing sharing, ProofLevel proof, List<Source> sources) {
    private static final int MIN_ADDRESS_BITS = 12;
    /** The smallest page of any machine; on one with larger pages what is less than a page is refused later. */
    private static final long MIN_BOUNDARY = 4096;
    /**
     * However many extents, also if they can not be told: for memory that a device reaches through an IOMMU, or that is given
     * to the kernel by its virtual address (VFIO, io_uring). It is the one number other than 1 that does without page frame
     * numbers.
     */
    public static final int ANY_EXTENTS = Integer.MAX_VALUE;

    /** As many as Linux can be configured for. */
    private static final int MAX_NODES = 1024;

    /**
     * Checks each part; no system call is made for a request that can not be.
     *
     * @param size        bytes wanted, greater than 0; rounded up to whole pages, or to {@code alignment} if that is more
     * @param alignment   bytes of which the physical address of each extent is a multiple, a power of two; 1 asks for no more
     *                    than the page that everything is aligned to
     * @param boundary    bytes, a power of two of which no extent crosses a multiple; 0 for none
     * @param addressBits how many bits of a physical address the device can put out, 12 to 64: a buffer that ends above is refused
     * @param node        NUMA node that the memory shall be of; empty for any
     * @param maxExtents  how many physically contiguous parts it may have, 1 or more; 1 is contiguous, {@link #ANY_EXTENTS}
     *                    any number
     * @param pinned      whether it must be kept from being moved
     * @param sharing     what a forked child gets
     * @param proof       the least proof to hand out a buffer with
     * @param sources     where from, in the order to be tried; not empty
     */
    public AllocationRequest {
        Validate.isTrue(size > 0, "size must be greater than 0 bytes: %d%s", size,
                size < 0 ? " (if an int overflowed, write 2048L << 20)" : "");
        Validate.isTrue(Long.bitCount(alignment) == 1 && alignment > 0, "alignment must be a power of two: %d", alignment);
        Validate.isTrue(boundary == 0 || Long.bitCount(boundary) == 1 && boundary > 0,
                "boundary must be a power of two, or 0 for none: %d", boundary);
        Validate.isTrue(boundary == 0 || boundary >= MIN_BOUNDARY, "boundary must be a page of %d at least: %d", MIN_BOUNDARY,
                boundary);
        Validate.isTrue(boundary == 0 || alignment <= boundary, "alignment %d is more than the boundary %d", alignment, boundary);
        Validate.isTrue(addressBits >= MIN_ADDRESS_BITS && addressBits <= Long.SIZE,
                "address bits must be from 12 to 64: %d", addressBits);
        Validate.isTrue(addressBits >= Long.SIZE - 1 || size <= 1L << addressBits,
                "%d bytes are more than the device reaches with %d address bits", size, addressBits);
        Validate.notNull(node, "node must not be null");
        Validate.isTrue(node.isEmpty() || node.getAsInt() >= 0 && node.getAsInt() < MAX_NODES,
                "a NUMA node is a number from 0 to %d: %d", MAX_NODES - 1, node.orElse(0));
        Validate.isTrue(maxExtents >= 1, "max extents must be 1 or more, and 1 for contiguous memory: %d", maxExtents);
        Validate.isTrue(boundary == 0 || maxExtents > 1 || size <= boundary,
                "%d bytes are longer than the boundary %d, so one extent of them crosses it: ask for less, a larger boundary, or"
                        + " .maxExtents(n)", size, boundary);
        Validate.notNull(sharing, "sharing must not be null");
        Validate.notNull(proof, "proof must not be null");
        Validate.isTrue(maxExtents == 1 || maxExtents == ANY_EXTENTS || proof == ProofLevel.PFN,
                "a list of extents can not be told without page frame numbers: proof %s", proof);
        Validate.noNullElements(sources, "source %d must not be null");
        Validate.notEmpty(sources, "there must be a source to allocate from");
        Validate.isTrue(Set.copyOf(sources).size() == sources.size(), "each source may be given once: %s", sources);
        Validate.isTrue(size <= Long.MAX_VALUE - alignment, "size %d rounded up to %d passes 2^63", size, alignment);
        sources = List.copyOf(sources);
    }

    /** What was asked, in words. */
    @Override
    public String toString() {
        return Sizes.exact(size) + " (" + size + " bytes) of " + (maxExtents == 1 ? "contiguous memory"
                : maxExtents == ANY_EXTENTS ? "memory in any number of extents"
                : "memory in at most " + maxExtents + " extents") + ", " + sharing
                + (alignment > 1 ? ", aligned to " + Sizes.exact(alignment) : "")
                + (boundary > 0 ? ", crossing no boundary of " + Sizes.exact(boundary) : "")
                + (addressBits < Long.SIZE ? ", within " + addressBits + " address bits" : "")
                + (node.isPresent() ? ", of node " + node.getAsInt() : "")
                + (pinned ? ", pinned" : "")
                + ", proof " + proof + ", from " + sources;
    }

    /** Collects a request part by part. Not thread-safe. */
    public static final class Builder {
        private final Allocator allocator;
        private long size;
        private boolean sized;
        private long alignment = 1;
        private long boundary;
        private int addressBits = Long.SIZE;
        private OptionalInt node = OptionalInt.empty();
        private int maxExtents = 1;
        private boolean pinned;
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
            sized = true;
            return this;
        }

        /**
         * The physical address shall be a multiple of this; with several extents, that of each. The size is rounded up to it too.
         * Default: the page size. Beyond 2 MiB, MAP_CONTIG may take up to as much memory in addition, until the buffer is closed.
         *
         * @param bytes a power of two
         * @return this
         */
        public Builder alignment(final long bytes) {
            alignment = bytes;
            return this;
        }

        /**
         * No extent shall cross a multiple of this, as some devices can not count beyond. Default: no such limit. For more than 2 MiB,
         * MAP_CONTIG may take up to twice the memory, until the buffer is closed.
         *
         * @param bytes a power of two, at least the alignment, and the size where that is to be one extent; 0 for none
         * @return this
         */
        public Builder boundary(final long bytes) {
            boundary = bytes;
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
         * The NUMA node that the memory shall be of, and of no other. Default: whichever the kernel chooses, which is that of the
         * running processor if it has memory left.
         *
         * @param number of the node, 0 to 1023
         * @return this
         */
        public Builder node(final int number) {
            node = OptionalInt.of(number);
            return this;
        }

        /**
         * How many physically contiguous parts the buffer may have. Default: 1. More than that is for devices that scatter and gather;
         * {@link ContiguousBuffer#extents()} is then the list for the device. {@link #ANY_EXTENTS} is for those that need no
         * such list.
         *
         * @param number 1 or more
         * @return this
         */
        public Builder maxExtents(final int number) {
            maxExtents = number;
            return this;
        }

        /**
         * The memory shall not be moved as long as it is allocated: it is either of a source that the kernel never moves, or registered
         * with an io_uring, which pins it and counts as locked memory. Default: false.
         *
         * @param value whether it must
         * @return this
         */
        public Builder pinned(final boolean value) {
            pinned = value;
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
         * {@link ProofLevel#HUGE_PAGE} a process without it gets at most as much as a huge page; with
         * {@link ProofLevel#NONE} it gets memory that the kernel promised to be contiguous, and no physical
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
            Validate.isTrue(sized, "no size was given: .size(BYTES)");
            return new AllocationRequest(size, alignment, boundary, addressBits, node, maxExtents, pinned, sharing, proof, sources);
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
