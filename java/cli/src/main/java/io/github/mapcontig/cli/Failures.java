// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli;

import io.github.mapcontig.ContiguousMemoryException;
import io.github.mapcontig.cli.text.ShellWords;
import io.github.mapcontig.devices.pci.DeviceException;
import java.io.PrintWriter;
import java.util.function.BooleanSupplier;
import picocli.CommandLine;

/** Turns exceptions into messages for people and exit statuses. */
final class Failures implements CommandLine.IExecutionExceptionHandler {
    private final PrintWriter err;
    private final BooleanSupplier stackTraces;

    Failures(final PrintWriter err, final BooleanSupplier stackTraces) {
        this.err = err;
        this.stackTraces = stackTraces;
    }

    @Override
    public int handleExecutionException(final Exception failure, final CommandLine command,
                                        final CommandLine.ParseResult parsed) {
        final boolean expected = failure instanceof CommandFailure || failure instanceof ContiguousMemoryException
                || failure instanceof DeviceException || failure instanceof IllegalArgumentException;
        err.println("contig: " + (expected ? ShellWords.of(failure.getMessage()) : "internal error: " + failure
                + System.lineSeparator() + "    what to do: run it again with --debug, and report what that shows"));
        if (stackTraces.getAsBoolean()) {
            failure.printStackTrace(err);
        }
        err.flush();
        if (failure instanceof CommandFailure known) {
            return known.status();
        }
        return failure instanceof IllegalArgumentException ? ExitStatus.USAGE
                : expected ? ExitStatus.NEGATIVE : ExitStatus.INTERNAL_ERROR;
    }
}
