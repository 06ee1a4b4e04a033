// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli;

import io.github.mapcontig.ContiguousMemoryException;
import io.github.mapcontig.devices.pci.DeviceException;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The {@code contig} command. */
@Command(name = "contig", mixinStandardHelpOptions = true, version = "contig 0.1.0",
        description = "Physically contiguous memory for user space.",
        subcommands = {DemoCommand.class, ProbeCommand.class})
public final class Contig {
    /** Everything was proved. */
    static final int PROVEN = 0;
    /** Something failed. */
    static final int FAILED = 1;
    /** The kernel lacks MAP_CONTIG. */
    static final int NO_MAP_CONTIG = 3;

    private Contig() {
    }

    /**
     * Runs the command and ends the JVM with its status.
     *
     * @param args subcommand and options
     */
    public static void main(final String[] args) {
        System.exit(run(new PrintWriter(System.out, true), new PrintWriter(System.err, true), args));
    }

    /**
     * Runs the command.
     *
     * @param out  receives what it has to say
     * @param err  receives what went wrong
     * @param args subcommand and options
     * @return 0 proved, 1 failed, 2 wrong usage, 3 the kernel lacks MAP_CONTIG
     */
    public static int run(final PrintWriter out, final PrintWriter err, final String... args) {
        final CommandLine command = new CommandLine(new Contig()).setOut(out).setErr(err);
        command.registerConverter(ByteSize.class, ByteSize::parse);
        command.setExecutionExceptionHandler((failure, line, parsed) -> {
            explain(err, failure);
            return FAILED;
        });
        if (args.length == 0) {
            command.usage(out);
            return CommandLine.ExitCode.USAGE;
        }
        return command.execute(args);
    }

    private static void explain(final PrintWriter err, final Exception failure) {
        if (failure instanceof ContiguousMemoryException || failure instanceof DeviceException) {
            err.println("contig: " + failure.getMessage());
        } else {
            failure.printStackTrace(err);
        }
        err.flush();
    }
}
