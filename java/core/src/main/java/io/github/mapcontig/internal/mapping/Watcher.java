// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.internal.mapping;

/**
 * Is told how one mapping ends. Must not know the objects that use it, which would never become garbage then. Called under the
 * lock of the mapping's lifetime.
 */
public interface Watcher {
    /** The memory went back to the system after a close. */
    void freed();

    /**
     * The memory was dropped without close.
     *
     * @param leased whether a device may still write to it
     * @return whether to keep it allocated; true if it is leased
     */
    boolean dropped(boolean leased);

    /**
     * Where it was allocated, for messages.
     *
     * @return a sentence
     */
    String origin();
}
