// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli;

import io.github.mapcontig.Capability;
import io.github.mapcontig.MemoryCapabilities;
import io.github.mapcontig.internal.platform.Sizes;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code contig probe}. */
@Command(name = "probe", mixinStandardHelpOptions = true,
        description = "Tells what this machine can do, and what would change what it can not.",
        exitCodeList = {"0:the kernel has MAP_CONTIG", "3:it lacks MAP_CONTIG"})
final class ProbeCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        final MemoryCapabilities found = MemoryCapabilities.probe();
        print(spec.commandLine().getOut(), found);
        return found.mapContig().available() ? Contig.PROVEN : Contig.NO_MAP_CONTIG;
    }

    /** Writes down what was found. */
    static void print(final PrintWriter out, final MemoryCapabilities found) {
        out.printf("   kernel %s, %s, pages of %s%n", found.kernelRelease(), found.architecture(), Sizes.exact(found.pageSize()));
        for (final Capability capability : found.all()) {
            out.printf("   [%s] %s: %s%n", capability.available() ? "yes" : " no", capability.name(), capability.detail());
            if (!capability.available()) {
                out.printf("         what to do: %s%n", capability.remedy());
            }
        }
        out.flush();
    }
}
