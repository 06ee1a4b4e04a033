// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli;

import io.github.mapcontig.cli.text.Json;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a demonstration tells on its way, and the summary of what it found. */
final class Narration {
    private final PrintWriter out;
    private final List<Conclusion> summary = new ArrayList<>();
    private boolean held = true;

    Narration(final PrintWriter out) {
        this.out = out;
    }

    /**
     * A line of the summary.
     *
     * @param passed whether it came out as it should
     * @param check  whether that was in question, or this only tells what is so
     * @param text   what was found
     */
    private record Conclusion(boolean passed, boolean check, String text) {
        Object toJson() {
            return Json.object("check", check, "passed", passed, "text", text);
        }

        @Override
        public String toString() {
            return passed ? (check ? "[ok] " : "") + text : "[FAILED] " + text;
        }
    }

    /** Whether everything in question came out as it should. */
    boolean held() {
        return held;
    }

    PrintWriter writer() {
        return out;
    }

    void title(final String text) {
        out.printf("%n%s%n", text);
    }

    void say(final String format, final Object... values) {
        out.println("   " + String.format(Locale.ROOT, format, values));
    }

    void conclude(final boolean passed, final String format, final Object... values) {
        final Conclusion conclusion = new Conclusion(passed, true, String.format(Locale.ROOT, format, values));
        held &= passed;
        summary.add(conclusion);
        say("%s", conclusion);
    }

    void note(final String text) {
        summary.add(new Conclusion(true, false, text));
    }

    void summarize() {
        summary.forEach(line -> say("%s", line));
    }

    List<Object> toJson() {
        return summary.stream().map(Conclusion::toJson).toList();
    }
}
