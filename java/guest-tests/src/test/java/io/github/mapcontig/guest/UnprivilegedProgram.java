// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.guest;

import io.github.mapcontig.ContiguousBuffer;
import io.github.mapcontig.ContiguousMemory;
import io.github.mapcontig.ContiguousMemoryException;
import io.github.mapcontig.MemoryCapabilities;
import io.github.mapcontig.ProofLevel;
import io.github.mapcontig.Source;

/** What a user without privileges gets. Prints what happened, for the test to read. */
final class UnprivilegedProgram {
    private UnprivilegedProgram() {
    }

    /**
     * Allocates.
     *
     * @param args bytes, proof level, source
     */
    public static void main(final String[] args) {
        final MemoryCapabilities found = MemoryCapabilities.probe();
        System.out.println("pfns " + found.pfns().available() + " mapContig " + found.mapContig().available());
        try (ContiguousBuffer buffer = ContiguousMemory.request().size(Long.parseLong(args[0]))
                .proof(ProofLevel.valueOf(args[1])).sources(Source.valueOf(args[2])).allocate()) {
            buffer.putLong(buffer.size() - Long.BYTES, 7);
            System.out.println("allocated " + buffer.size() + ", proof " + buffer.proof().level());
            System.out.println("physical " + buffer.physicalAddress());
        } catch (final ContiguousMemoryException | IllegalStateException e) {
            System.out.println(e.getMessage());
        }
        System.out.println("locked " + MemoryCapabilities.probe().lockLimits().locked());
    }
}
