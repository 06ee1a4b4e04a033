// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli.doctor;

import io.github.mapcontig.Capability;
import java.util.List;

/**
 * One thing that was looked at.
 *
 * @param name     short name
 * @param state    how it is
 * @param detail   what was found
 * @param remedies commands or settings that would change it; empty if nothing needs to be changed
 */
public record Finding(String name, State state, String detail, List<String> remedies) {
    /** How a thing is. */
    public enum State {
        /** It is there. */
        YES,
        /** It is not. */
        NO,
        /** Neither good nor bad, but worth knowing. */
        NOTE
    }

    /**
     * Keeps its own copy of the list.
     *
     * @param name     short name
     * @param state    how it is
     * @param detail   what was found
     * @param remedies commands or settings that would change it
     */
    public Finding {
        remedies = List.copyOf(remedies);
    }

    static Finding yes(final String name, final String detail) {
        return new Finding(name, State.YES, detail, List.of());
    }

    static Finding no(final String name, final String detail, final String... remedies) {
        return new Finding(name, State.NO, detail, List.of(remedies));
    }

    static Finding note(final String name, final String detail, final String... remedies) {
        return new Finding(name, State.NOTE, detail, List.of(remedies));
    }

    /**
     * What the library found.
     *
     * @param capability from the library
     * @return the same as a finding
     */
    public static Finding of(final Capability capability) {
        return capability.available() ? yes(capability.name(), capability.detail())
                : no(capability.name(), capability.detail(), capability.remedy());
    }
}
