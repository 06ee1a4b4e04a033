// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.internal.mapping;

import io.github.mapcontig.internal.libc.LibC;
import io.github.mapcontig.internal.libc.Linux;

/**
 * What is mapped where closed memory was: a file of length 0.
 *
 * <p>An access to a mapped page beyond the end of its file raises SIGBUS, which the JVM turns into an
 * {@link InternalError} in the thread that made the access (at its next safepoint, if the code was compiled), whereas an access to an unmapped page is a SIGSEGV that ends the
 * JVM. Worse, another mapping could move into unmapped addresses and be overwritten. So the addresses stay taken by this
 * file, without memory, until nobody can look any more.
 *
 * <p>Not covered: native code, and the JVM's own hand-written routines (for example {@code CRC32.update} on a stale
 * buffer), in which a SIGBUS still ends the JVM.
 *
 * <p>The file is made once and kept for the life of the process. Thread-safe.
 */
public final class Tombstone {
    private final LibC libC;
    private int fd = -1;

    /**
     * Creates it; the file is made by {@link #prepare()}.
     *
     * @param libC the C library
     */
    public Tombstone(final LibC libC) {
        this.libC = libC;
    }

    /**
     * Makes the file, if there is none yet. To be called before memory is handed out, so that closing it later can not fail
     * for want of a file descriptor.
     *
     * @return 0, or the error number of memfd_create
     */
    public synchronized int prepare() {
        if (fd == -1) {
            fd = libC.memfd_create("mapcontig-closed", Linux.MFD_CLOEXEC);
        }
        return fd == -1 ? libC.errno() : 0;
    }

    /**
     * Replaces what is mapped by the empty file; the memory goes back to the system.
     *
     * @param address start of the range, whole pages
     * @param length  bytes
     * @return 0, or the error number of mmap, and then the range is as it was
     */
    synchronized int replace(final long address, final long length) {
        final long result = libC.mmap(address, length, Linux.PROT_READ | Linux.PROT_WRITE,
                Linux.MAP_SHARED | Linux.MAP_FIXED, fd, 0);
        return result == LibC.MAP_FAILED ? libC.errno() : 0;
    }
}
