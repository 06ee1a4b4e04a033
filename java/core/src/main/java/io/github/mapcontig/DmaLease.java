// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

import io.github.mapcontig.internal.mapping.Mapping;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The statement that a device may access a buffer now. While a lease is open, {@link ContiguousBuffer#close()} closes the
 * buffer for the program but leaves the memory allocated; it is freed when the last lease ends. Memory that were freed and
 * given to somebody else while a device still writes to it would be corrupted.
 *
 * <p>A lease that is dropped without close keeps the memory allocated until the process ends.
 *
 * <p>Made by {@link ContiguousBuffer#beginDma()}. Thread-safe.
 */
public final class DmaLease implements AutoCloseable {
    private final AtomicReference<Mapping> held;

    DmaLease(final Mapping mapping) {
        mapping.hold();
        held = new AtomicReference<>(mapping);
    }

    /** Ends the lease: the device is done. Idempotent. */
    @Override
    public void close() {
        final Mapping mapping = held.getAndSet(null);
        if (mapping != null) {
            mapping.release();
        }
    }
}
