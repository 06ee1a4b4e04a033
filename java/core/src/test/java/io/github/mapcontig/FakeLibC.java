// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

import io.github.mapcontig.internal.libc.JnaLibC;
import io.github.mapcontig.internal.libc.LibC;
import io.github.mapcontig.internal.libc.Linux;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * The C library of an imagined kernel: memory is real (from the kernel of the machine, without MAP_CONTIG), answers about
 * MAP_CONTIG, huge pages and locks are imagined, and any call can be made to fail. It counts what is mapped.
 */
final class FakeLibC implements LibC {
    private static final int EAGAIN = 11;
    private static final int ENOMEM = 12;
    private static final int EINVAL = 22;

    /** Calls in order, by name, those of {@link FakeShims} too; madvise with its advice. */
    final List<String> calls = new ArrayList<>();
    /** Mappings that were made through this object and are neither unmapped nor replaced: address to length. */
    final TreeMap<Long, Long> mapped = new TreeMap<>();
    /** Where closed memory was: tombstones. */
    final TreeMap<Long, Long> replaced = new TreeMap<>();
    /** Index in {@link #calls} of the call to fail; -1 for none. */
    int failingCall = -1;
    /** Names of calls to fail each time. */
    final Set<String> failing = new HashSet<>();
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
    /** Told of each new mapping of a huge page. */
    HugePageListener onHugePage = (address, place, length) -> { };
    /** What is locked: by mlock, and not yet unmapped. */
    final TreeMap<Long, Long> locked = new TreeMap<>();
    /** Open files. */
    final FakeDescriptors descriptors = new FakeDescriptors();
    /** Huge pages. */
    final FakeHugePages hugePages = new FakeHugePages();
    /** Told of each range that is touched, before the caller is told that it was. */
    BiConsumer<Long, Long> onTouched = (address, length) -> { };
    /** Soft and hard limit that getrlimit gives. */
    long[] limits = {8 << 20, 8 << 20};

    /** Hears of a huge page: at which address it is mapped, where it lies in memory, how long it is. */
    interface HugePageListener {
        void mapped(long address, long place, long length);
    }

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
        return hugePages.has(fd) ? mapHugePages(address, length, prot, flags, fd, offset)
                : map(address, length, prot, flags & ~(Linux.MAP_CONTIG | Linux.MAP_GROWSDOWN), fd, offset);
    }

    private long map(final long address, final long length, final int prot, final int flags, final int fd, final long offset) {
        final long result = real.mmap(address, length, prot, flags, fd, offset);
        if (result == MAP_FAILED) {
            errno = real.errno();
        } else if (descriptors.isTombstone(fd)) {
            forget(address, length);
            Ranges.put(replaced, address, length);
        } else {
            Ranges.put(mapped, result, length);
            onMapped.accept(result, length);
        }
        return result;
    }

    private long mapHugePages(final long address, final long length, final int prot, final int flags, final int fd,
                              final long offset) {
        final long pageSize = hugePages.pageSize(fd);
        if ((address | length | offset) % pageSize != 0) {
            errno = EINVAL;
            return MAP_FAILED;
        }
        if (!hugePages.take(fd, offset, length)) {
            errno = ENOMEM;
            return MAP_FAILED;
        }
        final long place = (flags & Linux.MAP_FIXED) != 0 ? address : alignedPlace(length, pageSize);
        real.mmap(place, length, prot, flags | Linux.MAP_FIXED, fd, offset);
        Ranges.put(mapped, place, length);
        for (long page = 0; page < length; page += pageSize) {
            onHugePage.mapped(place + page, hugePages.map(fd, offset + page, place + page), pageSize);
        }
        return place;
    }

    private long alignedPlace(final long length, final long unit) {
        final long taken = real.mmap(0, length + unit, Linux.PROT_NONE,
                Linux.MAP_PRIVATE | Linux.MAP_ANONYMOUS | Linux.MAP_NORESERVE, -1, 0);
        final long place = taken + unit - 1 & -unit;
        if (place > taken) {
            real.munmap(taken, place - taken);
        }
        if (place < taken + unit) {
            real.munmap(place + length, taken + unit - place);
        }
        return place;
    }

    @Override
    public synchronized int munmap(final long address, final long length) {
        if (fails("munmap")) {
            return -1;
        }
        forget(address, length);
        Ranges.remove(replaced, address, length);
        return result(real.munmap(address, length));
    }

    private void forget(final long address, final long length) {
        Ranges.remove(mapped, address, length);
        Ranges.remove(locked, address, length);
        hugePages.unmap(address, length);
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
        if (advice == Linux.MADV_POPULATE_READ || advice == Linux.MADV_POPULATE_WRITE) {
            // Not really: large test mappings are touched in a few places only.
            onTouched.accept(address, length);
            return 0;
        }
        return result(real.madvise(address, length, advice));
    }

    @Override
    public synchronized int mlock(final long address, final long length) {
        if (fails("mlock")) {
            return -1;
        }
        Ranges.put(locked, address, length);
        return 0;
    }

    @Override
    public synchronized int munlock(final long address, final long length) {
        if (fails("munlock")) {
            return -1;
        }
        Ranges.remove(locked, address, length);
        return 0;
    }

    @Override
    public synchronized int memfd_create(final String name, final int flags) {
        if (fails("memfd_create")) {
            return -1;
        }
        final boolean huge = (flags & Linux.MFD_HUGETLB) != 0;
        final int fd = descriptors.add(real.memfd_create(name, Linux.MFD_CLOEXEC), name);
        if (huge) {
            hugePages.open(fd, flags);
        }
        return fd;
    }

    @Override
    public synchronized int ftruncate(final int fd, final long length) {
        return fails("ftruncate") ? -1 : result(real.ftruncate(fd, length));
    }

    @Override
    public synchronized int fallocate(final int fd, final int mode, final long offset, final long length) {
        if (fails("fallocate")) {
            return -1;
        }
        hugePages.punch(fd, offset);
        return result(real.fallocate(fd, mode, offset, length));
    }

    @Override
    public synchronized int flock(final int fd, final int operation) {
        if (fails("flock")) {
            return -1;
        }
        if (!descriptors.lock(fd)) {
            errno = EAGAIN;
            return -1;
        }
        return 0;
    }

    @Override
    public synchronized int close(final int fd) {
        // As on Linux, it is closed also if that fails.
        descriptors.close(fd);
        hugePages.close(fd);
        return fails("close") ? -1 : result(real.close(fd));
    }

    @Override
    public synchronized long pread(final int fd, final byte[] target, final long length, final long offset) {
        return fails("pread") ? -1 : real.pread(fd, target, length, offset);
    }

    @Override
    public synchronized long pwrite(final int fd, final byte[] source, final long length, final long offset) {
        return fails("pwrite") ? -1 : real.pwrite(fd, source, length, offset);
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

    /** Notes a call, and tells whether it is to fail. */
    synchronized boolean fails(final String call) {
        calls.add(call);
        if (calls.size() - 1 != failingCall && !failing.contains(call)) {
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
