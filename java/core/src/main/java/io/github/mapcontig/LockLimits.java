// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

import io.github.mapcontig.internal.platform.Sizes;

/**
 * How much memory this process may lock, and has locked. MAP_CONTIG memory is locked memory.
 *
 * @param soft   the limit in force, bytes; {@link #UNLIMITED} for none
 * @param hard   what the process may raise {@code soft} to by itself, bytes; {@link #UNLIMITED} for none
 * @param locked bytes locked now (VmLck)
 * @param exempt whether CAP_IPC_LOCK is in effect in the initial user namespace, with which the limits do not apply
 */
public record LockLimits(long soft, long hard, long locked, boolean exempt) {
    /** No limit. */
    public static final long UNLIMITED = Long.MAX_VALUE;

    /**
     * Whether that much more may be locked.
     *
     * @param bytes 0 or more
     * @return true if the limits allow it; the kernel has the last word, since it also counts what other processes of the
     *         user hold
     */
    public boolean allow(final long bytes) {
        return exempt || soft == UNLIMITED || bytes <= soft - locked;
    }

    /** The limits in words. */
    @Override
    public String toString() {
        return "RLIMIT_MEMLOCK soft " + text(soft) + ", hard " + text(hard) + ", locked now (VmLck) " + text(locked)
                + (exempt ? ", CAP_IPC_LOCK in effect" : ", no CAP_IPC_LOCK");
    }

    private static String text(final long bytes) {
        return bytes == UNLIMITED ? "unlimited" : Sizes.exact(bytes);
    }
}
