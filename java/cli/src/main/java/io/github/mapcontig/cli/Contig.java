// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The {@code contig} command. */
@Command(name = "contig", mixinStandardHelpOptions = true, versionProvider = Contig.Version.class, scope = ScopeType.INHERIT,
        description = "Physically contiguous memory for user space.",
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:done; the answer is yes", "1:the answer is no, or it failed", "2:wrong usage",
            "3:only MAP_CONTIG would do, and the kernel lacks it", "4:not permitted", "5:no such process",
            "70:a bug in this program"})
public final class Contig {
    private static final Path ROOT = Path.of("/");

    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Show stack traces.")
    private boolean debug;

    private Contig() {
    }

    /** Finds the version in the jar's manifest. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            final String version = Contig.class.getPackage().getImplementationVersion();
            return new String[] {"contig " + (version == null ? "(not from a jar)" : version) + ", Java " + Runtime.version()};
        }
    }

    /**
     * Runs the command and ends the JVM with its status.
     *
     * @param args subcommand and options
     */
    public static void main(final String[] args) {
        System.exit(run(ROOT, Terminal.ofThisProcess(System.getenv()), new PrintWriter(System.out, true),
                new PrintWriter(System.err, true), args));
    }

    /**
     * Runs the command as if its output went to a file.
     *
     * @param out  receives what it has to say
     * @param err  receives what went wrong
     * @param args subcommand and options
     * @return one of {@link ExitStatus}
     */
    public static int run(final PrintWriter out, final PrintWriter err, final String... args) {
        return run(ROOT, Terminal.none(System.getenv()), out, err, args);
    }

    static int run(final Path root, final Terminal terminal, final PrintWriter out, final PrintWriter err,
                   final String... args) {
        final Contig contig = new Contig();
        final CommandLine command = new CommandLine(contig)
                .addSubcommand(new DoctorCommand(root))
                .addSubcommand(new AllocCommand())
                .addSubcommand(new InspectCommand(terminal))
                .addSubcommand(new TranslateCommand())
                .addSubcommand(new VerifyCommand())
                .addSubcommand(new MapCommand(root, terminal))
                .addSubcommand(new BenchCommand())
                .addSubcommand(new DemoCommand())
                .addSubcommand(new WalkCommand(terminal))
                .addSubcommand(new CompletionCommand());
        command.setOut(out).setErr(err).setCaseInsensitiveEnumValuesAllowed(true);
        command.registerConverter(ByteSize.class, ByteSize::parse);
        command.registerConverter(AddressRange.class, AddressRange::parse);
        command.setParameterExceptionHandler(new WrongUsage());
        command.setExecutionExceptionHandler(new Failures(err, () -> contig.debug));
        if (args.length == 0) {
            command.usage(out);
            return ExitStatus.USAGE;
        }
        return command.execute(args);
    }
}
