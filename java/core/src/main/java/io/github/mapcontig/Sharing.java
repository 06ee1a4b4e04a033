// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

/** What a child process that is forked from this one gets. */
public enum Sharing {
    /**
     * Nothing: the buffer is absent from the child (MADV_DONTFORK). A child's copy would be ordinary scattered memory, of no
     * use to a device, and making it would copy the whole buffer during each fork.
     */
    PRIVATE,

    /** The same memory; it lives until the last process lets go of it. */
    SHARED
}
