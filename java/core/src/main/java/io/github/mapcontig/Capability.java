// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

/**
 * One thing that a machine can or can not do.
 *
 * @param name      short name
 * @param available whether it can
 * @param detail    what was found
 * @param remedy    the command or setting that would change it; empty if it is available
 */
public record Capability(String name, boolean available, String detail, String remedy) {
    static Capability yes(final String name, final String detail) {
        return new Capability(name, true, detail, "");
    }

    static Capability no(final String name, final String detail, final String remedy) {
        return new Capability(name, false, detail, remedy);
    }
}
