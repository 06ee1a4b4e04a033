// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

import io.github.mapcontig.internal.libc.Shims;
import io.github.mapcontig.internal.source.LockAdvice;
import io.github.mapcontig.internal.source.RefusedException;
import java.util.Optional;

/** Pins memory by registering it with an io_uring, which needs no driver and no privilege but that of locking memory. */
final class Pin {
    /** What stands for a pin that is not needed. */
    static final int NOT_NEEDED = -1;

    private Pin() {
    }

    /**
     * Pins.
     *
     * @param shims   the calls that need C
     * @param address start
     * @param length  bytes
     * @param who     the source, for messages
     * @return file descriptor that holds the pin, for {@link Shims#unpin}
     */
    static int take(final Shims shims, final long address, final long length, final String who) throws RefusedException {
        final Optional<String> missing = shims.missingBecause();
        if (missing.isPresent()) {
            throw new RefusedException(Refusal.of(who, "the memory was released, since it can not be pinned: " + missing.get(),
                    "use MAP_CONTIG, which needs no pin"));
        }
        final int fd = shims.pin(address, length);
        if (fd == -1) {
            final Errno errno = new Errno(shims.errno());
            throw new RefusedException(Refusal.of(who, "the memory was released, since it can not be pinned (io_uring)", errno,
                    remedy(errno, length)));
        }
        return fd;
    }

    private static String remedy(final Errno errno, final long length) {
        if (errno.equals(Errno.ENOMEM)) {
            return LockAdvice.raiseLimit(length);
        }
        return errno.equals(Errno.EPERM) || errno.equals(Errno.ENOSYS)
                ? "allow io_uring (sysctl kernel.io_uring_disabled=0, and the seccomp filter of the container)"
                : "look into the kernel log (dmesg), and use MAP_CONTIG, which needs no pin";
    }
}
