// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli;

import io.github.mapcontig.ContiguousMemoryException;
import io.github.mapcontig.Refusal;
import java.io.Serial;

/** A command can not do what it was asked to. */
final class CommandFailure extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final int status;

    /**
     * Creates a failure.
     *
     * @param status of {@link ExitStatus}
     * @param what   what was asked
     * @param why    what happened, and what to do
     * @param cause  exception behind it; may be null
     */
    CommandFailure(final int status, final String what, final Refusal why, final Throwable cause) {
        super(what + System.lineSeparator() + "  - " + why, cause);
        this.status = status;
    }

    /**
     * Gives a failure of the library an exit status.
     *
     * @param status of {@link ExitStatus}
     * @param cause  says what was asked, what happened and what to do
     */
    CommandFailure(final int status, final ContiguousMemoryException cause) {
        super(cause.getMessage(), cause);
        this.status = status;
    }

    int status() {
        return status;
    }
}
