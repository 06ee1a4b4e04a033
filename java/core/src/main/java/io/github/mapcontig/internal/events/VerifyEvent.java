// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.internal.events;

import io.github.mapcontig.ByteRange;
import io.github.mapcontig.ContiguityProof;
import io.github.mapcontig.Extent;
import io.github.mapcontig.ProofLevel;
import java.util.List;
import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.MemoryAddress;
import jdk.jfr.Name;

@Name("mapcontig.Verify")
@Label("Contiguous Memory Verification")
@Description("A new proof was taken of a buffer and compared with the one from its allocation")
@Category("Contiguous Memory")
@Enabled(false)
final class VerifyEvent extends Event implements Events.Verifying {
    @Label("Address")
    @MemoryAddress
    private long address;

    @Label("Size")
    @DataAmount
    private long size;

    @Label("Contiguous")
    @Description("Whether the memory is proved to be contiguous")
    private boolean contiguous;

    @Label("Moved")
    @Description("How much is not where it was when the buffer was allocated")
    @DataAmount
    private long moved;

    @Override
    public void done(final ContiguityProof before, final ContiguityProof now) {
        end();
        final List<ByteRange> parts = knowsAddresses(before) && knowsAddresses(now) ? now.movedSince(before) : List.of();
        if (shouldCommit()) {
            address = now.address();
            size = now.length();
            contiguous = now.isContiguous();
            moved = parts.stream().mapToLong(ByteRange::length).sum();
            commit();
        }
        for (final ByteRange part : parts) {
            new MovedEvent(now.address(), part.offset(), part.length(), placeOf(before, part.offset()),
                    placeOf(now, part.offset())).commit();
        }
    }

    private static boolean knowsAddresses(final ContiguityProof proof) {
        return proof.level() == ProofLevel.PFN || proof.level() == ProofLevel.DECLARED;
    }

    private static long placeOf(final ContiguityProof proof, final long offset) {
        for (final Extent extent : proof.extents()) {
            if (offset >= extent.offset() && offset < extent.endOffset()) {
                return extent.physicalAddress() + offset - extent.offset();
            }
        }
        return 0;
    }
}
