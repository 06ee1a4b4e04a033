// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli.text;

import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Says what the library advises, calls of its request builder, as options of {@code contig alloc}. */
public final class ShellWords {
    /** The parts of a request for which the command has an option. */
    private static final List<String> PARTS = List.of("size", "alignment", "boundary", "addressBits", "node", "maxExtents", "pinned",
            "proof");
    private static final Pattern CALL = Pattern.compile("\\.(" + String.join("|", PARTS) + ")\\((?:ProofLevel\\.)?(\\w+)\\)");

    private ShellWords() {
    }

    /**
     * Translates.
     *
     * @param text from the library, such as {@code ask for .proof(ProofLevel.NONE)}
     * @return such as {@code ask for --proof NONE}
     */
    public static String of(final String text) {
        return CALL.matcher(text).replaceAll(ShellWords::option);
    }

    private static String option(final MatchResult call) {
        final String name = "--" + call.group(1).replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
        final String value = call.group(2);
        return value.equals("true") ? name : name + " " + (value.equals("n") ? "N" : value);
    }
}
