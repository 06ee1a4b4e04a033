// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.internal.source;

/** What to do when memory can not be locked. */
public final class LockAdvice {
    private static final long KIB = 1024;

    private LockAdvice() {
    }

    /**
     * How to be allowed to lock more.
     *
     * @param length bytes that were refused
     * @return in words, with the commands
     */
    public static String raiseLimit(final long length) {
        // In KiB and upwards, as ulimit counts.
        final long kib = (length - 1) / KIB + 1;
        return "raise the limit above what is held already plus " + kib + " KiB (ulimit -l KIB; prlimit --memlock=BYTES;"
                + " systemd: LimitMEMLOCK=; container: --ulimit memlock=BYTES), or give the process CAP_IPC_LOCK in the initial user"
                + " namespace (systemd: AmbientCapabilities=CAP_IPC_LOCK; container: --cap-add IPC_LOCK)";
    }
}
