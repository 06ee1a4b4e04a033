// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.internal.libc;

/**
 * The calls of the C library that this project makes, under their own names and with their own return codes.
 *
 * <p>Addresses, {@code size_t} and {@code off_t} are {@code long}: only 64-bit platforms are supported, where all three
 * have that width. An interface so that tests can let any call fail.
 *
 * <p>Implementations are thread-safe.
 */
public interface LibC {
    /** What {@link #mmap} returns when it failed: {@code MAP_FAILED}. */
    long MAP_FAILED = -1L;

    /**
     * mmap(2).
     *
     * @param address wanted address, a multiple of the page size, or 0
     * @param length  bytes, greater than 0
     * @param prot    PROT_ flags of {@link Linux}
     * @param flags   MAP_ flags of {@link Linux}
     * @param fd      file descriptor, -1 for anonymous memory
     * @param offset  offset in the file, a multiple of the page size
     * @return the address, or {@link #MAP_FAILED} with {@link #errno()} set
     */
    long mmap(long address, long length, int prot, int flags, int fd, long offset);

    /**
     * munmap(2).
     *
     * @param address start, a multiple of the page size
     * @param length  bytes
     * @return 0, or -1 with {@link #errno()} set
     */
    int munmap(long address, long length);

    /**
     * mprotect(2).
     *
     * @param address start, a multiple of the page size
     * @param length  bytes
     * @param prot    PROT_ flags of {@link Linux}
     * @return 0, or -1 with {@link #errno()} set
     */
    int mprotect(long address, long length, int prot);

    /**
     * madvise(2).
     *
     * @param address start, a multiple of the page size
     * @param length  bytes
     * @param advice  one MADV_ value of {@link Linux}
     * @return 0, or -1 with {@link #errno()} set
     */
    int madvise(long address, long length, int advice);

    /**
     * mlock(2).
     *
     * @param address start
     * @param length  bytes
     * @return 0, or -1 with {@link #errno()} set
     */
    int mlock(long address, long length);

    /**
     * munlock(2).
     *
     * @param address start
     * @param length  bytes
     * @return 0, or -1 with {@link #errno()} set
     */
    int munlock(long address, long length);

    /**
     * memfd_create(2).
     *
     * @param name  shown in /proc/self/maps after "memfd:"
     * @param flags MFD_ flags of {@link Linux}
     * @return a file descriptor, or -1 with {@link #errno()} set
     */
    int memfd_create(String name, int flags);

    /**
     * ftruncate(2).
     *
     * @param fd     a file
     * @param length its new length in bytes
     * @return 0, or -1 with {@link #errno()} set
     */
    int ftruncate(int fd, long length);

    /**
     * fallocate(2).
     *
     * @param fd     a file
     * @param mode   FALLOC_ flags of {@link Linux}
     * @param offset start in the file, bytes
     * @param length bytes
     * @return 0, or -1 with {@link #errno()} set
     */
    int fallocate(int fd, int mode, long offset, long length);

    /**
     * flock(2).
     *
     * @param fd        a file
     * @param operation LOCK_ flags of {@link Linux}
     * @return 0, or -1 with {@link #errno()} set
     */
    int flock(int fd, int operation);

    /**
     * close(2).
     *
     * @param fd a file descriptor, which is closed also if an error is returned
     * @return 0, or -1 with {@link #errno()} set
     */
    int close(int fd);

    /**
     * pread(2).
     *
     * @param fd     a file
     * @param target receives what was read
     * @param length bytes, at most those of the array
     * @param offset start in the file, bytes
     * @return how many bytes were read, or -1 with {@link #errno()} set
     */
    long pread(int fd, byte[] target, long length, long offset);

    /**
     * pwrite(2).
     *
     * @param fd     a file
     * @param source what to write
     * @param length bytes, at most those of the array
     * @param offset start in the file, bytes
     * @return how many bytes were written, or -1 with {@link #errno()} set
     */
    long pwrite(int fd, byte[] source, long length, long offset);

    /**
     * memset(3).
     *
     * @param address start
     * @param value   the byte to write
     * @param length  bytes
     * @return {@code address}
     */
    long memset(long address, int value, long length);

    /**
     * getrlimit(2).
     *
     * @param resource RLIMIT_ value of {@link Linux}
     * @param limit    array of two: receives the soft and the hard limit as unsigned numbers; all bits set is "unlimited"
     * @return 0, or -1 with {@link #errno()} set
     */
    int getrlimit(int resource, long[] limit);

    /**
     * sysconf(3).
     *
     * @param name _SC_ value of {@link Linux}
     * @return the value, or -1
     */
    long sysconf(int name);

    /**
     * The errno of the calling thread's last call through this interface. Means something only directly after a call that
     * reported failure: a call that succeeds leaves the number of an older failure in place.
     *
     * @return the number
     */
    int errno();
}
