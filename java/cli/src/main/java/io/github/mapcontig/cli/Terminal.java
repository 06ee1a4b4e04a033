// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * What the output goes to.
 *
 * @param colours  whether it shows colours and block characters
 * @param progress whether somebody looks at the error output
 * @param columns  characters in a line
 */
record Terminal(boolean colours, boolean progress, int columns) {
    private static final int DEFAULT_COLUMNS = 80;
    private static final int LEAST_COLUMNS = 40;
    private static final int MOST_COLUMNS = 500;

    /** For output into a file or a pipe. */
    static Terminal none(final Map<String, String> environment) {
        return new Terminal(false, false, columns(environment.get("COLUMNS")));
    }

    /** The terminal of this process, as far as it has one. */
    static Terminal ofThisProcess(final Map<String, String> environment) {
        return of(environment, isTerminal("/proc/self/fd/1"), isTerminal("/proc/self/fd/2"), charset());
    }

    static Terminal of(final Map<String, String> environment, final boolean outIsTerminal, final boolean errIsTerminal,
                       final Charset charset) {
        // https://no-color.org: any value but an empty one
        final boolean wanted = environment.getOrDefault("NO_COLOR", "").isEmpty()
                && !environment.getOrDefault("TERM", "dumb").equals("dumb");
        return new Terminal(outIsTerminal && wanted && charset.newEncoder().canEncode('\u2588'), errIsTerminal,
                columns(environment.get("COLUMNS")));
    }

    private static int columns(final String text) {
        return text != null && text.matches("\\d{1,9}")
                ? Math.min(MOST_COLUMNS, Math.max(LEAST_COLUMNS, Integer.parseInt(text))) : DEFAULT_COLUMNS;
    }

    /** Java's own answer, Console, is about both streams at once, and since Java 22 it is there without a terminal too. */
    private static boolean isTerminal(final String descriptor) {
        try {
            final String target = Files.readSymbolicLink(Path.of(descriptor)).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (final IOException e) {
            return false;
        }
    }

    /** What System.out encodes to; before Java 19 it had no property of its own. */
    private static Charset charset() {
        final String name = System.getProperty("stdout.encoding");
        return name == null ? Charset.defaultCharset() : Charset.forName(name);
    }
}
