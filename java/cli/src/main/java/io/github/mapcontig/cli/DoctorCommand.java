// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli;

import io.github.mapcontig.MemoryCapabilities;
import io.github.mapcontig.cli.doctor.Diagnosis;
import io.github.mapcontig.cli.doctor.Finding;
import io.github.mapcontig.cli.text.Json;
import io.github.mapcontig.internal.platform.Sizes;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code contig doctor}. */
@Command(name = "doctor",
        description = "Tells what this machine and process can do, and for what they can not, the command that changes it."
            + " The exit status is 0 if contiguous memory can be allocated and proved.")
final class DoctorCommand implements Callable<Integer> {
    private final Path root;

    @Mixin
    private JsonOption json;

    @Option(names = "--size", paramLabel = "SIZE", defaultValue = "2M",
            description = "How much to ask each source for, to see whether it can (default: ${DEFAULT-VALUE}).")
    private ByteSize size;

    @Spec
    private CommandSpec spec;

    DoctorCommand(final Path root) {
        this.root = root;
    }

    @Override
    public Integer call() {
        final PrintWriter out = spec.commandLine().getOut();
        final Diagnosis diagnosis = Diagnosis.of(root, size.bytes());
        if (json.wanted()) {
            out.println(Json.write(document(diagnosis)));
        } else {
            out.println("   " + machine(diagnosis.machine()));
            diagnosis.findings().forEach(finding -> print(out, finding));
            out.printf("%n%s: decided by [%s] %s: %s%n", diagnosis.good()
                    ? "contiguous memory can be allocated and proved" : "NO contiguous memory that can be proved",
                    mark(diagnosis.decisive()), diagnosis.decisive().name(), diagnosis.decisive().detail());
        }
        out.flush();
        return diagnosis.good() ? ExitStatus.OK : ExitStatus.NEGATIVE;
    }

    /** The machine in one line. */
    static String machine(final MemoryCapabilities found) {
        return "kernel " + found.kernelRelease() + ", " + found.architecture() + ", pages of " + Sizes.exact(found.pageSize());
    }

    /** Writes down one finding. */
    static void print(final PrintWriter out, final Finding finding) {
        out.printf("   [%s] %s: %s%n", mark(finding), finding.name(), finding.detail());
        String label = "what to do: ";
        for (final String remedy : finding.remedies()) {
            out.println("         " + label + remedy);
            label = "        or: ";
        }
    }

    private static String mark(final Finding finding) {
        return switch (finding.state()) {
            case YES -> "yes";
            case NO -> " no";
            case NOTE -> "fyi";
        };
    }

    private static Map<String, Object> document(final Diagnosis diagnosis) {
        return Json.object("kernel", diagnosis.machine().kernelRelease(), "architecture", diagnosis.machine().architecture(),
                "pageSize", diagnosis.machine().pageSize(), "good", diagnosis.good(),
                "decidedBy", diagnosis.decisive().name(),
                "findings", diagnosis.findings().stream().map(finding -> Json.object("name", finding.name(),
                        "state", finding.state().name().toLowerCase(Locale.ROOT), "detail", finding.detail(),
                        "remedies", finding.remedies())).toList());
    }
}
