// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli;

/** Exit statuses of {@code contig}, the same for all commands. Numbers that were given once keep their meaning. */
public final class ExitStatus {
    /** Done; where a question was asked, the answer is yes. */
    public static final int OK = 0;
    /** The answer is no, or something failed: not contiguous, moved, not mapped, not allocated. */
    public static final int NEGATIVE = 1;
    /** The command line makes no sense. */
    public static final int USAGE = 2;
    /** Only MAP_CONTIG would do, and the kernel lacks it. */
    public static final int NO_MAP_CONTIG = 3;
    /** Not permitted, page frame numbers hidden included. */
    public static final int NOT_PERMITTED = 4;
    /** There is no such process, or it has ended. */
    public static final int NO_SUCH_PROCESS = 5;
    /** A bug in this program ({@code EX_SOFTWARE} of sysexits.h). */
    public static final int INTERNAL_ERROR = 70;

    private ExitStatus() {
    }
}
