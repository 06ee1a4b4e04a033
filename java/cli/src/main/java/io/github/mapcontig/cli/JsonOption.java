// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli;

import picocli.CommandLine.Option;

/** The option {@code --json}. */
final class JsonOption {
    @Option(names = "--json", description = "Print one JSON document: addresses are strings, sizes are numbers of bytes.")
    private boolean wanted;

    boolean wanted() {
        return wanted;
    }
}
