// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.internal.events;

import io.github.mapcontig.ContiguityProof;
import io.github.mapcontig.ContiguousBuffer;
import io.github.mapcontig.Source;

/** Does nothing. */
final class NoEvents implements Events, Events.Allocating, Events.Verifying {
    static final NoEvents INSTANCE = new NoEvents();

    private NoEvents() {
    }

    @Override
    public Allocating allocating() {
        return this;
    }

    @Override
    public void succeeded(final ContiguousBuffer buffer, final int refusals) {
    }

    @Override
    public void failed(final long size, final int refusals) {
    }

    @Override
    public Verifying verifying() {
        return this;
    }

    @Override
    public void done(final ContiguityProof before, final ContiguityProof now) {
    }

    @Override
    public void freed(final long address, final long size, final Source source, final long heldNanos) {
    }

    @Override
    public void leaked(final long address, final long size, final Source source, final boolean kept, final String site) {
    }
}
