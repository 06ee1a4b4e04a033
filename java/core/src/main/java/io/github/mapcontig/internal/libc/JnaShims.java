// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.internal.libc;

import com.sun.jna.Native;
import java.util.Optional;

/** The real libmapcontig, bound by JNA's direct mapping. */
public final class JnaShims implements Shims {
    /** Why there is no library; a class of its own, so that loading {@link JnaShims} loads no native library. */
    private static final class Loaded {
        static final Optional<String> MISSING_BECAUSE = ShimsLibrary.register(Binding.class,
                JnaShims.class.getClassLoader(), ShimsLibrary.RESOURCE);
    }

    private static final class Binding {
        static native int mapcontig_open(String path, int flags);

        static native int mapcontig_dma_heap_alloc(int heapFd, long length);

        static native int mapcontig_dma_buf_sync(int fd, long flags);

        static native int mapcontig_pin(long address, long length);

        static native int mapcontig_unpin(int fd);

        static native int mapcontig_pagemap_scan(int pagemapFd, long address, long length, long set, long clear,
                                                 long[] result);

        static native int mapcontig_get_mempolicy(int[] mode, long[] nodes);

        static native int mapcontig_set_mempolicy(int mode, long[] nodes);

        static native int mapcontig_node_of(long address);

        static native int mapcontig_cache_clean(long address, long length);

        static native int mapcontig_cache_invalidate(long address, long length);

        static native int mapcontig_cache_line_size();
    }

    /** Creates the binding; the library is loaded by the first call. */
    public JnaShims() {
    }

    @Override
    public Optional<String> missingBecause() {
        return Loaded.MISSING_BECAUSE;
    }

    @Override
    public int open(final String path, final int flags) {
        requireLibrary();
        return Binding.mapcontig_open(path, flags);
    }

    @Override
    public int dma_heap_alloc(final int heapFd, final long length) {
        requireLibrary();
        return Binding.mapcontig_dma_heap_alloc(heapFd, length);
    }

    @Override
    public int dma_buf_sync(final int fd, final long flags) {
        requireLibrary();
        return Binding.mapcontig_dma_buf_sync(fd, flags);
    }

    @Override
    public int pin(final long address, final long length) {
        requireLibrary();
        return Binding.mapcontig_pin(address, length);
    }

    @Override
    public int unpin(final int fd) {
        requireLibrary();
        return Binding.mapcontig_unpin(fd);
    }

    @Override
    public int pagemap_scan(final int pagemapFd, final long address, final long length, final long set, final long clear,
                            final long[] result) {
        requireLibrary();
        return Binding.mapcontig_pagemap_scan(pagemapFd, address, length, set, clear, result);
    }

    @Override
    public int get_mempolicy(final int[] mode, final long[] nodes) {
        requireLibrary();
        return Binding.mapcontig_get_mempolicy(mode, nodes);
    }

    @Override
    public int set_mempolicy(final int mode, final long[] nodes) {
        requireLibrary();
        return Binding.mapcontig_set_mempolicy(mode, nodes);
    }

    @Override
    public int node_of(final long address) {
        requireLibrary();
        return Binding.mapcontig_node_of(address);
    }

    @Override
    public int cache_clean(final long address, final long length) {
        requireLibrary();
        return Binding.mapcontig_cache_clean(address, length);
    }

    @Override
    public int cache_invalidate(final long address, final long length) {
        requireLibrary();
        return Binding.mapcontig_cache_invalidate(address, length);
    }

    @Override
    public int cache_line_size() {
        requireLibrary();
        return Binding.mapcontig_cache_line_size();
    }

    @Override
    public int errno() {
        // JNA keeps the number per thread, from before the JVM could overwrite it.
        return Native.getLastError();
    }

    private static void requireLibrary() {
        Loaded.MISSING_BECAUSE.ifPresent(reason -> {
            throw new IllegalStateException(reason);
        });
    }
}
