// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.internal.events;

import io.github.mapcontig.ContiguityProof;
import io.github.mapcontig.ContiguousBuffer;
import io.github.mapcontig.Source;

/** Tells a flight recorder what happens. Where an event is switched off, nothing is allocated for it. Thread-safe. */
public interface Events {
    /**
     * The events of this JVM.
     *
     * @return those of Java Flight Recorder; such that do nothing where the JVM has none
     */
    static Events current() {
        return CurrentEvents.INSTANCE;
    }

    /**
     * Says that an allocation begins.
     *
     * @return to be told of its end
     */
    Allocating allocating();

    /**
     * Says that a proof is about to be taken again.
     *
     * @return to be told of its end
     */
    Verifying verifying();

    /**
     * Says that memory went back to the system.
     *
     * @param address   where it was
     * @param size      bytes
     * @param source    where it had come from
     * @param heldNanos how long it was allocated, nanoseconds
     */
    void freed(long address, long size, Source source, long heldNanos);

    /**
     * Says that a buffer was dropped without close.
     *
     * @param address where it is
     * @param size    bytes
     * @param source  where it had come from
     * @param kept    whether its memory stays allocated
     * @param site    where it was allocated, in words
     */
    void leaked(long address, long size, Source source, boolean kept, String site);

    /** An allocation that goes on. */
    interface Allocating {
        /**
         * It gave a buffer.
         *
         * @param buffer   the buffer
         * @param refusals how many sources had refused before
         */
        void succeeded(ContiguousBuffer buffer, int refusals);

        /**
         * No source could serve.
         *
         * @param size     bytes that were wanted
         * @param refusals how many sources refused
         */
        void failed(long size, int refusals);
    }

    /** A proof that is being taken. */
    interface Verifying {
        /**
         * It is taken.
         *
         * @param before the proof with which the memory was handed out
         * @param now    the new one
         */
        void done(ContiguityProof before, ContiguityProof now);
    }
}
