// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli;

import java.io.PrintWriter;
import picocli.CommandLine;

/** Says what is wrong with a command line and where help is, which is easier to find than the line on top of a page of help. */
final class WrongUsage implements CommandLine.IParameterExceptionHandler {
    @Override
    public int handleParseException(final CommandLine.ParameterException failure, final String[] args) {
        final CommandLine command = failure.getCommandLine();
        final PrintWriter err = command.getErr();
        err.println("contig: " + failure.getMessage());
        CommandLine.UnmatchedArgumentException.printSuggestions(failure, err);
        err.println("    what to do: see " + command.getCommandSpec().qualifiedName() + " --help");
        err.flush();
        return ExitStatus.USAGE;
    }
}
