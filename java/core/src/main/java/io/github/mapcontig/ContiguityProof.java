// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

import io.github.mapcontig.internal.platform.Sizes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.commons.lang3.Validate;

/**
 * Evidence of where a range of this process lay in memory at one moment: page frame numbers read from /proc/self/pagemap, after
 * the pages were touched if one was not present.
 *
 * <p>It is evidence about the moment in which it was taken. Memory from MAP_CONTIG stays where it is; any other memory may
 * have moved since, and a single huge page of ordinary memory proves contiguous too, for now. Take another and
 * {@linkplain #movedSince compare}.
 *
 * <p>Immutable, thread-safe.
 */
public final class ContiguityProof {
    private final PhysicalLayout layout;
    private final ProofLevel level;
    private final String reason;
    private final Instant takenAt;
    private final Pinning pinning;
    private final List<String> notes;

    /**
     * A proof.
     *
     * @param layout  what was read, or what a driver declares
     * @param level   how far it goes
     * @param reason  why not as far as page frame numbers; null at {@link ProofLevel#PFN}
     * @param takenAt when
     * @param pinning what keeps the memory there
     * @param notes   what else must be known to use it
     */
    ContiguityProof(final PhysicalLayout layout, final ProofLevel level, final String reason, final Instant takenAt,
                    final Pinning pinning, final List<String> notes) {
        this.layout = layout;
        this.level = level;
        this.reason = reason;
        this.takenAt = takenAt;
        this.pinning = pinning;
        this.notes = List.copyOf(notes);
    }

    /**
     * Takes a proof of any mapped memory of this process. If one page is not present, it reads a byte of each, so that pages never
     * touched become present (of private memory never written: as the one shared page of zeros).
     *
     * @param address start, a multiple of the page size; the caller keeps it mapped meanwhile
     * @param length  bytes, a multiple of the page size, greater than 0
     * @return the proof
     * @throws IllegalArgumentException  if the range is not made of whole pages
     * @throws ContiguousMemoryException if the range is not mapped, or has pages that are not present and can not be read
     */
    public static ContiguityProof of(final long address, final long length) {
        final Environment environment = Environment.get();
        final long pageSize = environment.pageSize();
        Validate.isTrue(Long.remainderUnsigned(address, pageSize) == 0 && length > 0 && length % pageSize == 0,
                "a proof is taken of whole pages of %d bytes: %s bytes at 0x%x", pageSize, length, address);
        return new Prover(environment).prove(address, length);
    }

    /**
     * What keeps the memory where it is, as far as this library has a part in it.
     *
     * @return {@link Pinning#NONE} also for memory that somebody else has pinned
     */
    public Pinning pinning() {
        return pinning;
    }

    /**
     * What else must be known before a device is given an address, such as that an IOMMU translates (as of a tenth of a second before
     * the proof, or later).
     *
     * @return sentences; mostly none
     */
    public List<String> notes() {
        return notes;
    }

    /**
     * Start of the range.
     *
     * @return virtual address
     */
    public long address() {
        return layout.address();
    }

    /**
     * Length of the range.
     *
     * @return bytes
     */
    public long length() {
        return layout.length();
    }

    /**
     * How far the proof goes.
     *
     * @return the level
     */
    public ProofLevel level() {
        return level;
    }

    /**
     * Why the proof does not go as far as page frame numbers.
     *
     * @return the reason; empty at {@link ProofLevel#PFN}
     */
    public Optional<String> reason() {
        return Optional.ofNullable(reason);
    }

    /**
     * When it was taken.
     *
     * @return the moment after the last page was read
     */
    public Instant takenAt() {
        return takenAt;
    }

    /**
     * The physically contiguous parts, each as long as possible.
     *
     * @return in ascending order of offset; unmodifiable; empty at {@link ProofLevel#NONE} and {@link ProofLevel#HUGE_PAGE}
     */
    public List<Extent> extents() {
        return knowsAddresses() ? layout.extents() : List.of();
    }

    private boolean knowsAddresses() {
        return level == ProofLevel.PFN || level == ProofLevel.DECLARED;
    }

    /**
     * How many pages the range has.
     *
     * @return the number
     */
    public long pages() {
        return layout.pages();
    }

    /**
     * How many of them were in memory.
     *
     * @return the number
     */
    public long presentPages() {
        return layout.presentPages();
    }

    /**
     * Whether the whole range is proved to be one extent.
     *
     * @return true if so; false also when nothing could be proved: see {@link #level()}
     */
    public boolean isContiguous() {
        return level == ProofLevel.HUGE_PAGE || knowsAddresses() && layout.isContiguous();
    }

    /**
     * Which parts are no longer where an earlier proof saw them. A part that is not present in either proof counts as moved.
     *
     * @param earlier a proof of the same range
     * @return the parts that moved, as offsets in the range, ascending, each as long as possible; empty if none did
     * @throws IllegalArgumentException if the other proof is of another range
     * @throws IllegalStateException    if one of the two knows no page frame numbers
     */
    public List<ByteRange> movedSince(final ContiguityProof earlier) {
        Validate.isTrue(address() == earlier.address() && length() == earlier.length(),
                "the proofs are of different ranges: %s and %s", this, earlier);
        if (!knowsAddresses() || !earlier.knowsAddresses()) {
            throw new IllegalStateException("a proof without page frame numbers tells nothing about moves: take both with"
                    + " CAP_SYS_ADMIN");
        }
        return movedParts(earlier.extents(), extents());
    }

    private List<ByteRange> movedParts(final List<Extent> before, final List<Extent> after) {
        final List<ByteRange> moved = new ArrayList<>();
        int b = 0;
        int a = 0;
        long unmovedUntil = 0;
        while (b < before.size() && a < after.size()) {
            final Extent old = before.get(b);
            final Extent now = after.get(a);
            final long start = Math.max(old.offset(), now.offset());
            final long end = Math.min(old.endOffset(), now.endOffset());
            final boolean samePlace = old.physicalAddress() - old.offset() == now.physicalAddress() - now.offset();
            if (start < end && samePlace) {
                addRange(moved, unmovedUntil, start);
                unmovedUntil = end;
            }
            if (old.endOffset() <= now.endOffset()) {
                b++;
            } else {
                a++;
            }
        }
        addRange(moved, unmovedUntil, length());
        return List.copyOf(moved);
    }

    private static void addRange(final List<ByteRange> ranges, final long start, final long end) {
        if (start < end) {
            ranges.add(new ByteRange(start, end - start));
        }
    }

    /** The result in one line. */
    @Override
    public String toString() {
        final String where = Sizes.exact(length()) + " at 0x" + Long.toHexString(address()) + ": ";
        return where + switch (level) {
            case NONE -> "not proved: " + reason;
            case DECLARED -> "contiguous as its driver declares, bus address " + place();
            case HUGE_PAGE -> "contiguous, within one huge page, whose address is hidden";
            case PFN -> isContiguous() ? "contiguous, physical " + place() : "not contiguous, " + extents().size() + " extents, "
                    + presentPages() + " of " + pages() + " pages present";
        };
    }

    private String place() {
        return Sizes.range(extents().get(0).physicalAddress(), length());
    }
}
