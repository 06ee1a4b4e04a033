// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.internal.libc;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;

/** The real C library, bound by JNA's direct mapping. */
public final class JnaLibC implements LibC {
    /** Where the native methods live; a class of its own, so that loading {@link JnaLibC} loads no native library. */
    private static final class Binding {
        static {
            Native.register(Binding.class, NativeLibrary.getInstance(Platform.C_LIBRARY_NAME));
        }

        static native long mmap(long address, long length, int prot, int flags, int fd, long offset);

        static native int munmap(long address, long length);

        static native int mprotect(long address, long length, int prot);

        static native int madvise(long address, long length, int advice);

        static native int mlock(long address, long length);

        static native int munlock(long address, long length);

        static native int memfd_create(String name, int flags);

        static native int ftruncate(int fd, long length);

        static native int fallocate(int fd, int mode, long offset, long length);

        static native int flock(int fd, int operation);

        static native int close(int fd);

        static native long pread(int fd, byte[] target, long length, long offset);

        static native long pwrite(int fd, byte[] source, long length, long offset);

        static native long memset(long address, int value, long length);

        static native int getrlimit(int resource, long[] limit);

        static native long sysconf(int name);
    }

    /** Creates the binding; the C library is looked up by the first call. */
    public JnaLibC() {
    }

    @Override
    public long mmap(final long address, final long length, final int prot, final int flags, final int fd,
                     final long offset) {
        return Binding.mmap(address, length, prot, flags, fd, offset);
    }

    @Override
    public int munmap(final long address, final long length) {
        return Binding.munmap(address, length);
    }

    @Override
    public int mprotect(final long address, final long length, final int prot) {
        return Binding.mprotect(address, length, prot);
    }

    @Override
    public int madvise(final long address, final long length, final int advice) {
        return Binding.madvise(address, length, advice);
    }

    @Override
    public int mlock(final long address, final long length) {
        return Binding.mlock(address, length);
    }

    @Override
    public int munlock(final long address, final long length) {
        return Binding.munlock(address, length);
    }

    @Override
    public int memfd_create(final String name, final int flags) {
        return Binding.memfd_create(name, flags);
    }

    @Override
    public int ftruncate(final int fd, final long length) {
        return Binding.ftruncate(fd, length);
    }

    @Override
    public int fallocate(final int fd, final int mode, final long offset, final long length) {
        return Binding.fallocate(fd, mode, offset, length);
    }

    @Override
    public int flock(final int fd, final int operation) {
        return Binding.flock(fd, operation);
    }

    @Override
    public int close(final int fd) {
        return Binding.close(fd);
    }

    @Override
    public long pread(final int fd, final byte[] target, final long length, final long offset) {
        return Binding.pread(fd, target, length, offset);
    }

    @Override
    public long pwrite(final int fd, final byte[] source, final long length, final long offset) {
        return Binding.pwrite(fd, source, length, offset);
    }

    @Override
    public long memset(final long address, final int value, final long length) {
        return Binding.memset(address, value, length);
    }

    @Override
    public int getrlimit(final int resource, final long[] limit) {
        return Binding.getrlimit(resource, limit);
    }

    @Override
    public long sysconf(final int name) {
        return Binding.sysconf(name);
    }

    @Override
    public int errno() {
        // JNA keeps the number per thread, from before the JVM could overwrite it.
        return Native.getLastError();
    }
}
