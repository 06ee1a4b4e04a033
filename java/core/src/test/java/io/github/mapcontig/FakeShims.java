// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

import io.github.mapcontig.internal.libc.JnaLibC;
import io.github.mapcontig.internal.libc.LibC;
import io.github.mapcontig.internal.libc.Linux;
import io.github.mapcontig.internal.libc.Shims;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.LongUnaryOperator;

/** The calls that need C, of the same imagined kernel: devices are ordinary memory, pins and policies are notes. */
final class FakeShims implements Shims {
    /** What the former user of a device left in its memory. */
    static final byte LEFT_OVER = 0x5a;

    private static final int ENOENT = 2;
    private static final long DEVICE_SIZE = 1 << 20;

    /** Why there is no library. */
    Optional<String> missing = Optional.empty();
    /** Whether page-table entries are huge. */
    boolean hugeEntries;
    /** The node of an address. */
    LongUnaryOperator nodeOf = address -> 0;
    /** The thread's policy, in words: mode and the first long of the mask. */
    String policy = "0 0";
    /** Each policy that was set. */
    final List<String> policies = new ArrayList<>();
    /** Flags of each dma_buf_sync. */
    final List<Long> syncs = new ArrayList<>();
    /** Calls about caches: what, how long. */
    final List<String> caches = new ArrayList<>();
    /** Told of each pin, address and length, before the caller is: pages may move in it. */
    BiConsumer<Long, Long> onPin = (address, length) -> { };
    /** Pins that were not ended, by descriptor: address and length. */
    final Map<Integer, String> pins = new TreeMap<>();

    private final LibC real = new JnaLibC();
    private final FakeLibC libC;
    private int errno;

    FakeShims(final FakeLibC libC) {
        this.libC = libC;
    }

    @Override
    public Optional<String> missingBecause() {
        return missing;
    }

    @Override
    public int open(final String path, final int flags) {
        if (fails("open")) {
            return -1;
        }
        if (!Files.exists(Path.of(path))) {
            errno = ENOENT;
            return -1;
        }
        final int fd = memory(DEVICE_SIZE, Path.of(path).getFileName().toString());
        final long address = real.mmap(0, DEVICE_SIZE, Linux.PROT_READ | Linux.PROT_WRITE, Linux.MAP_SHARED, fd, 0);
        real.memset(address, LEFT_OVER, DEVICE_SIZE);
        real.munmap(address, DEVICE_SIZE);
        return fd;
    }

    private int memory(final long length, final String name) {
        final int fd = real.memfd_create(name, Linux.MFD_CLOEXEC);
        real.ftruncate(fd, length);
        return libC.descriptors.add(fd, name);
    }

    @Override
    public int dma_heap_alloc(final int heapFd, final long length) {
        return fails("dma_heap_alloc") ? -1 : memory(length, "dma-buf");
    }

    @Override
    public int dma_buf_sync(final int fd, final long flags) {
        syncs.add(flags);
        return fails("dma_buf_sync") ? -1 : 0;
    }

    @Override
    public int pin(final long address, final long length) {
        if (fails("pin")) {
            return -1;
        }
        onPin.accept(address, length);
        final int fd = memory(0, "pin");
        pins.put(fd, address + " " + length);
        return fd;
    }

    @Override
    public int unpin(final int fd) {
        pins.remove(fd);
        libC.close(fd);
        return 0;
    }

    @Override
    public int pagemap_scan(final int pagemapFd, final long address, final long length, final long set, final long clear,
                            final long[] result) {
        if (fails("pagemap_scan")) {
            return -1;
        }
        result[0] = hugeEntries ? length : length - 1;
        result[1] = 1;
        return 0;
    }

    @Override
    public int get_mempolicy(final int[] mode, final long[] nodes) {
        if (fails("get_mempolicy")) {
            return -1;
        }
        mode[0] = Integer.parseInt(policy.substring(0, policy.indexOf(' ')));
        nodes[0] = Long.parseLong(policy.substring(policy.indexOf(' ') + 1));
        return 0;
    }

    @Override
    public int set_mempolicy(final int mode, final long[] nodes) {
        if (fails("set_mempolicy")) {
            return -1;
        }
        policy = mode + " " + nodes[0];
        policies.add(policy);
        return 0;
    }

    @Override
    public int node_of(final long address) {
        return fails("node_of") ? -1 : (int) nodeOf.applyAsLong(address);
    }

    @Override
    public int cache_clean(final long address, final long length) {
        caches.add("clean " + length);
        return fails("cache_clean") ? -1 : 0;
    }

    @Override
    public int cache_invalidate(final long address, final long length) {
        caches.add("invalidate " + length);
        return fails("cache_invalidate") ? -1 : 0;
    }

    @Override
    public int cache_line_size() {
        return 64;
    }

    @Override
    public int errno() {
        return errno;
    }

    private boolean fails(final String call) {
        missing.ifPresent(reason -> {
            throw new IllegalStateException(reason);
        });
        if (libC.fails(call)) {
            errno = libC.failure;
            return true;
        }
        return false;
    }
}
