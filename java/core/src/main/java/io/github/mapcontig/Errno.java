// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

import java.util.Arrays;
import java.util.Locale;

/**
 * An error number of the C library, with its name.
 *
 * @param number the number, greater than 0
 */
public record Errno(int number) {
    /** Operation not permitted. */
    public static final Errno EPERM = new Errno(1);
    /** Try again; for locked memory: over the limit. */
    public static final Errno EAGAIN = new Errno(11);
    /** Out of memory, or no contiguous range of that size. */
    public static final Errno ENOMEM = new Errno(12);
    /** Invalid argument. */
    public static final Errno EINVAL = new Errno(22);
    /** The kernel has no such call, or a seccomp filter says so. */
    public static final Errno ENOSYS = new Errno(38);
    /** Not supported. */
    public static final Errno EOPNOTSUPP = new Errno(95);

    /**
     * The names that calls of this library can meet, with their numbers on every architecture that uses Linux' generic
     * error numbers. A test compares them with the system's header.
     */
    enum Name {
        EPERM(1, "operation not permitted"),
        ENOENT(2, "no such file or directory"),
        ESRCH(3, "no such process"),
        EINTR(4, "interrupted by a signal"),
        EIO(5, "input/output error"),
        ENXIO(6, "no such device or address"),
        EBADF(9, "bad file descriptor"),
        EAGAIN(11, "resource temporarily unavailable"),
        ENOMEM(12, "cannot allocate memory"),
        EACCES(13, "permission denied"),
        EFAULT(14, "bad address"),
        EBUSY(16, "device or resource busy"),
        EEXIST(17, "already exists"),
        ENODEV(19, "no such device"),
        EINVAL(22, "invalid argument"),
        ENFILE(23, "too many open files in the system"),
        EMFILE(24, "too many open files in the process"),
        ENOTTY(25, "no such ioctl for this device"),
        EFBIG(27, "file too large"),
        ENOSPC(28, "no space left"),
        ERANGE(34, "result out of range"),
        ENOSYS(38, "function not implemented"),
        EOVERFLOW(75, "value too large"),
        EOPNOTSUPP(95, "operation not supported"),
        ETIMEDOUT(110, "timed out"),
        EHWPOISON(133, "memory page has a hardware error");

        final int number;
        final String text;

        Name(final int number, final String text) {
            this.number = number;
            this.text = text;
        }
    }

    /**
     * Its symbolic name.
     *
     * @return the name, such as {@code EINVAL}; {@code errno N} for a number this library does not know
     */
    public String symbol() {
        return Arrays.stream(Name.values())
                .filter(name -> name.number == number)
                .map(Name::name)
                .findFirst()
                .orElse("errno " + number);
    }

    /**
     * Name, number and meaning, for messages.
     *
     * @return such as {@code EINVAL (22, invalid argument)}
     */
    @Override
    public String toString() {
        return Arrays.stream(Name.values())
                .filter(name -> name.number == number)
                .map(name -> String.format(Locale.ROOT, "%s (%d, %s)", name, number, name.text))
                .findFirst()
                .orElse("errno " + number);
    }
}
