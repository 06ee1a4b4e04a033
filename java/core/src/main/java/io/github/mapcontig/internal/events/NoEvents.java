// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.internal.events;

import io.github.mapcontig.ContiguityProof;
import io.github.mapcontig.ContiguousBuffer;
import io.github.mapcontig.Source;

/** Does nothing. */
final class NoEvents implements Events {
    static final Allocating ALLOCATING = new Allocating() {
        @Override
        public void succeeded(final ContiguousBuffer buffer, final int refusals) {
        }

        @Override
        public void failed(final long size, final int refusals) {
        }
    };
    static final Verifying VERIFYING = (final ContiguityProof before, final ContiguityProof now) -> { };

    @Override
    public Allocating allocating() {
        return ALLOCATING;
    }

    @Override
    public Verifying verifying() {
        return VERIFYING;
    }

    @Override
    public void freed(final long address, final long size, final Source source, final long heldNanos) {
    }

    @Override
    public void leaked(final long address, final long size, final Source source, final boolean kept, final String site) {
    }
}
