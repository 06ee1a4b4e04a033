// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.internal.source;

import io.github.mapcontig.AllocationRequest;
import io.github.mapcontig.Errno;
import io.github.mapcontig.Pinning;
import io.github.mapcontig.Refusal;
import io.github.mapcontig.Sharing;
import io.github.mapcontig.Source;
import io.github.mapcontig.internal.libc.LibC;
import io.github.mapcontig.internal.libc.Linux;
import io.github.mapcontig.internal.platform.Sizes;

/** Ordinary memory, locked: for devices that take a list of extents, and a single page for all. */
public final class LockedSource implements MemorySource {
    private static final String WHO = Source.LOCKED.name();

    private final SourceContext context;
    private final LibC libC;

    /**
     * Creates the source.
     *
     * @param context what it works with
     */
    public LockedSource(final SourceContext context) {
        this.context = context;
        this.libC = context.libC();
    }

    @Override
    public Source id() {
        return Source.LOCKED;
    }

    @Override
    public SourceMemory map(final AllocationRequest request, final long length) throws RefusedException {
        if (request.maxExtents() == 1 && length > context.pageSize()) {
            throw new RefusedException(Refusal.of(WHO, "ordinary memory is not contiguous beyond a page of "
                    + Sizes.exact(context.pageSize()),
                    "if the device can scatter and gather, allow for more extents: .maxExtents(n)"));
        }
        final int sharing = request.sharing() == Sharing.SHARED ? Linux.MAP_SHARED : Linux.MAP_PRIVATE;
        final long address = libC.mmap(0, length, Linux.PROT_READ | Linux.PROT_WRITE, sharing | Linux.MAP_ANONYMOUS, -1, 0);
        if (address == LibC.MAP_FAILED) {
            throw failed("mmap", length, new Errno(libC.errno()));
        }
        // Fewer extents, where the kernel has huge pages left; if it refuses, there are more.
        libC.madvise(address, length, Linux.MADV_HUGEPAGE);
        if (libC.mlock(address, length) != 0) {
            final Errno errno = new Errno(libC.errno());
            libC.munmap(address, length);
            throw failed("mlock", length, errno);
        }
        return SourceMemory.ofPages(address, length, context.pageSize(), Pinning.NONE, context.coherency());
    }

    private RefusedException failed(final String call, final long length, final Errno errno) {
        return new RefusedException(Refusal.of(WHO, call + " of " + Sizes.exact(length) + " failed (" + context.limits().get() + ")",
                errno, LockAdvice.raiseLimit(length)));
    }
}
