// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.internal.watch;

import java.lang.StackWalker.StackFrame;
import java.util.List;
import java.util.stream.Collectors;

/** Where a buffer was allocated: the callers of the library, the nearest first. Immutable. */
public final class AllocationSite {
    private static final String LIBRARY = "io.github.mapcontig.";
    private static final String INSIDE = LIBRARY + "internal.";
    private static final StackWalker WALKER = StackWalker.getInstance();

    /** Turned into text, which is the expensive part, only when somebody asks. */
    private final List<StackFrame> frames;

    private AllocationSite(final List<StackFrame> frames) {
        this.frames = frames;
    }

    /**
     * Records the site of the call that goes on.
     *
     * @param depth how many callers to record, 0 or more
     * @return the site
     */
    public static AllocationSite record(final int depth) {
        return new AllocationSite(depth == 0 ? List.of()
                : WALKER.walk(stack -> stack.filter(AllocationSite::isOutside).limit(depth).toList()));
    }

    /** The site in words, on several lines if more than one caller was recorded. */
    @Override
    public String toString() {
        return frames.isEmpty() ? "a place that was not recorded (-Dmapcontig.leakDetection=site records it)"
                : frames.stream().map(StackFrame::toString).collect(Collectors.joining(System.lineSeparator() + "\tat "));
    }

    private static boolean isOutside(final StackFrame frame) {
        final String name = frame.getClassName();
        // Packages beside the library's, such as that of a program named like it, are outside.
        return !name.startsWith(LIBRARY) || !name.startsWith(INSIDE) && name.indexOf('.', LIBRARY.length()) >= 0;
    }
}
