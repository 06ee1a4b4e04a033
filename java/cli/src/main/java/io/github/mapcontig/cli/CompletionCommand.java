// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code contig completion}. */
@Command(name = "completion",
        description = {"Prints a script that completes options of the command contig in a shell.",
            "In ~/.bashrc: alias contig='java -jar .../mapcontig-cli.jar'; source <(contig completion bash)"})
final class CompletionCommand implements Callable<Integer> {
    /** Shells that can read the script. */
    enum Shell { BASH, ZSH }

    @Parameters(paramLabel = "SHELL", description = "bash, or zsh with bashcompinit: the script is the same.")
    private Shell shell;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        spec.commandLine().getOut().print(AutoComplete.bash("contig", spec.parent().commandLine()));
        spec.commandLine().getOut().flush();
        return ExitStatus.OK;
    }
}
