// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

import io.github.mapcontig.internal.libc.JnaLibC;
import io.github.mapcontig.internal.libc.LibC;
import io.github.mapcontig.internal.libc.Linux;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * The C library of an imagined kernel: memory is real (from the kernel of the machine, without MAP_CONTIG), answers about
 * MAP_CONTIG are imagined, and any call can be made to fail. It counts what is mapped.
 */
final class FakeLibC implements LibC {
    private static final int EINVAL = 22;

    /** Calls in order, by name; madvise with its advice. */
    final List<String> calls = new ArrayList<>();
    /** Mappings that were made through this object and are neither unmapped nor replaced: address to length. */
    final Map<Long, Long> mapped = new TreeMap<>();
    /** What MAP_FIXED replaced: tombstones. */
    final Map<Long, Long> replaced = new TreeMap<>();
    /** Index in {@link #calls} of the call to fail; -1 for none. */
    int failingCall = -1;
    /** Error number of the call that fails. */
    int failure = EINVAL;
    /** Error number of each MAP_CONTIG mmap; 0 to let it succeed. */
    int contigError;
    /** Whether the kernel knows the flag. */
    boolean patched = true;
    /** Error number with which the probe is answered if the kernel knows the flag. */
    int probeError = EINVAL;
    /** Told of each new mapping, address and length, before the caller is. */
    BiConsumer<Long, Long> onMapped = (address, length) -> { };
    /** Soft and hard limit that getrlimit gives. */
    long[] limits = {8 << 20, 8 << 20};

    private final LibC real = new JnaLibC();
    private int errno;

    @Override
    public synchronized long mmap(final long address, final long length, final int prot, final int flags, final int fd,
                                  final long offset) {
        final boolean contig = (flags & Linux.MAP_CONTIG) != 0;
        final boolean probe = contig && (flags & Linux.MAP_GROWSDOWN) != 0;
        if (fails(probe ? "probe" : contig ? "mmap contig" : "mmap")) {
            return MAP_FAILED;
        }
        if (probe && patched) {
            errno = probeError;
            return MAP_FAILED;
        }
        if (contig && contigError != 0) {
            errno = contigError;
            return MAP_FAILED;
        }
        final int realFlags = flags & ~(Linux.MAP_CONTIG | Linux.MAP_GROWSDOWN);
        final long result = real.mmap(address, length, prot, realFlags, fd, offset);
        if (result == MAP_FAILED) {
            errno = real.errno();
            return MAP_FAILED;
        }
        if ((flags & Linux.MAP_FIXED) != 0) {
            mapped.remove(address);
            replaced.put(address, length);
        } else {
            mapped.put(result, length);
            onMapped.accept(result, length);
        }
        return result;
    }

    @Override
    public synchronized int munmap(final long address, final long length) {
        if (fails("munmap")) {
            return -1;
        }
        mapped.remove(address, length);
        replaced.remove(address, length);
        return result(real.munmap(address, length));
    }

    @Override
    public synchronized int mprotect(final long address, final long length, final int prot) {
        return fails("mprotect") ? -1 : result(real.mprotect(address, length, prot));
    }

    @Override
    public synchronized int madvise(final long address, final long length, final int advice) {
        if (fails("madvise " + advice)) {
            return -1;
        }
        // Large test mappings are touched in a few places only.
        return advice == Linux.MADV_POPULATE_READ ? 0 : result(real.madvise(address, length, advice));
    }

    @Override
    public synchronized int mlock(final long address, final long length) {
        return fails("mlock") ? -1 : result(real.mlock(address, length));
    }

    @Override
    public synchronized int munlock(final long address, final long length) {
        return fails("munlock") ? -1 : result(real.munlock(address, length));
    }

    @Override
    public synchronized int memfd_create(final String name, final int flags) {
        return fails("memfd_create") ? -1 : result(real.memfd_create(name, flags));
    }

    @Override
    public synchronized int ftruncate(final int fd, final long length) {
        return fails("ftruncate") ? -1 : result(real.ftruncate(fd, length));
    }

    @Override
    public synchronized int fallocate(final int fd, final int mode, final long offset, final long length) {
        return fails("fallocate") ? -1 : result(real.fallocate(fd, mode, offset, length));
    }

    @Override
    public synchronized int flock(final int fd, final int operation) {
        return fails("flock") ? -1 : result(real.flock(fd, operation));
    }

    @Override
    public synchronized int close(final int fd) {
        return fails("close") ? -1 : result(real.close(fd));
    }

    @Override
    public synchronized long memset(final long address, final int value, final long length) {
        return real.memset(address, value, length);
    }

    @Override
    public synchronized int getrlimit(final int resource, final long[] limit) {
        if (fails("getrlimit")) {
            return -1;
        }
        limit[0] = limits[0];
        limit[1] = limits[1];
        return 0;
    }

    @Override
    public synchronized long sysconf(final int name) {
        return real.sysconf(name);
    }

    @Override
    public synchronized int errno() {
        return errno;
    }

    private boolean fails(final String call) {
        calls.add(call);
        if (calls.size() - 1 != failingCall) {
            return false;
        }
        errno = failure;
        return true;
    }

    private int result(final int result) {
        if (result == -1) {
            errno = real.errno();
        }
        return result;
    }
}
