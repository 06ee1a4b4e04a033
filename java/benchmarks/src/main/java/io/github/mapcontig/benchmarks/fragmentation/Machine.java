// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.benchmarks.fragmentation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What {@code vagrant/vm bench} has written down about where and how it measured.
 *
 * @param lines lines "name: what"; those named "state NAME" are of one state each, in order
 */
record Machine(List<String> lines) {
    static final String FILE = "machine.txt";
    private static final String STATE = "state ";

    static Machine read(final Path run) throws IOException {
        return new Machine(Files.readAllLines(run.resolve(FILE)));
    }

    List<String> states() {
        return lines.stream().filter(line -> line.startsWith(STATE)).map(line -> line.substring(STATE.length(), line.indexOf(':'))).toList();
    }

    /** What follows that name: once for each run of the command, as states can be added. */
    List<String> lines(final String name) {
        return lines.stream().filter(line -> line.startsWith(name + ": ")).map(line -> line.substring(name.length() + 2)).toList();
    }
}
