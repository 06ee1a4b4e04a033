// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

import java.util.Objects;
import java.util.Optional;

/**
 * Why something could not be had, and what to do about it.
 *
 * @param who    what refused, such as the name of a source
 * @param reason what happened
 * @param errno  the system's error number, if a call failed
 * @param remedy what would change it: a command wherever there is one
 */
public record Refusal(String who, String reason, Optional<Errno> errno, String remedy) {
    /**
     * Checks that nothing is null.
     *
     * @param who    what refused, such as the name of a source
     * @param reason what happened
     * @param errno  the system's error number, if a call failed
     * @param remedy what would change it: a command wherever there is one
     */
    public Refusal {
        Objects.requireNonNull(who);
        Objects.requireNonNull(reason);
        Objects.requireNonNull(errno);
        Objects.requireNonNull(remedy);
    }

    /**
     * A refusal without an error number.
     *
     * @param who    what refused
     * @param reason what happened
     * @param remedy what would change it
     * @return the refusal
     */
    public static Refusal of(final String who, final String reason, final String remedy) {
        return new Refusal(who, reason, Optional.empty(), remedy);
    }

    /**
     * A refusal by a failed system call.
     *
     * @param who    what refused
     * @param reason what happened
     * @param errno  the error number
     * @param remedy what would change it
     * @return the refusal
     */
    public static Refusal of(final String who, final String reason, final Errno errno, final String remedy) {
        return new Refusal(who, reason, Optional.of(errno), remedy);
    }

    /**
     * What happened, with the error if a call failed.
     *
     * @return the reason, and the error number in words
     */
    public String whatHappened() {
        return reason + errno.map(e -> ": " + e).orElse("");
    }

    /** Two lines: reason, remedy. */
    @Override
    public String toString() {
        return who + ": " + whatHappened() + System.lineSeparator() + "    what to do: " + remedy;
    }
}
