// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.internal.source;

import io.github.mapcontig.AllocationRequest;
import io.github.mapcontig.Errno;
import io.github.mapcontig.Pinning;
import io.github.mapcontig.ProofLevel;
import io.github.mapcontig.Refusal;
import io.github.mapcontig.Source;
import io.github.mapcontig.internal.libc.LibC;
import io.github.mapcontig.internal.libc.Linux;
import io.github.mapcontig.internal.libc.Shims;
import io.github.mapcontig.internal.platform.Sizes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** A dma-buf of a CMA heap. Its address is unknown, so it can not serve a request that says where it is to lie. */
public final class DmaHeapSource implements MemorySource {
    private static final String WHO = Source.DMA_HEAP.name();
    /** The heaps of scattered pages; every other one is CMA, under the name of its area. */
    private static final String SCATTERED = "system";
    private static final String UNPROVABLE = "the kernel maps a dma-buf by page frame numbers alone (VM_PFNMAP), and pagemap shows"
            + " no such memory: contiguous is what its CMA heap promises";

    private final SourceContext context;
    private final LibC libC;
    private final Shims shims;

    /**
     * Creates the source.
     *
     * @param context what it works with
     */
    public DmaHeapSource(final SourceContext context) {
        this.context = context;
        this.libC = context.libC();
        this.shims = context.shims();
    }

    @Override
    public Source id() {
        return Source.DMA_HEAP;
    }

    @Override
    public SourceMemory map(final AllocationRequest request, final long length) throws RefusedException {
        if (request.proof() != ProofLevel.NONE) {
            throw new RefusedException(Refusal.of(WHO, UNPROVABLE, "ask for .proof(ProofLevel.NONE) to rely on the heap's promise and"
                    + " do without physical addresses"));
        }
        if (request.node().isPresent() || !Placement.of(request).isAnywhere(context.pageSize())) {
            throw new RefusedException(Refusal.of(WHO, "where its memory lies is unknown, so that neither alignment, boundary,"
                    + " address bits nor node can be checked", "ask for none of them, or leave this source out"));
        }
        final List<Path> heaps = heaps();
        if (heaps.isEmpty()) {
            throw new RefusedException(Refusal.of(WHO, "there is no CMA heap in /dev/dma_heap", "boot a kernel with"
                    + " CONFIG_DMABUF_HEAPS_CMA=y and cma=SIZE"));
        }
        context.requireShims(WHO);
        final List<Refusal> refusals = new ArrayList<>();
        for (final Path heap : heaps) {
            try {
                return map(heap, length);
            } catch (final RefusedException e) {
                refusals.add(e.refusal());
            }
        }
        throw RefusedException.ofAll(refusals);
    }

    private List<Path> heaps() {
        try (Stream<Path> found = Files.list(context.root().resolve("dev/dma_heap"))) {
            return found.filter(heap -> !heap.getFileName().toString().startsWith(SCATTERED)).sorted().toList();
        } catch (final IOException e) {
            return List.of();
        }
    }

    private SourceMemory map(final Path heap, final long length) throws RefusedException {
        final int buffer = allocate(heap, length);
        final long address = libC.mmap(0, length, Linux.PROT_READ | Linux.PROT_WRITE, Linux.MAP_SHARED, buffer, 0);
        if (address == LibC.MAP_FAILED) {
            final Refusal refusal = Refusal.of(WHO, "mmap of the dma-buf failed", new Errno(libC.errno()),
                    "look into the kernel log (dmesg)");
            libC.close(buffer);
            throw new RefusedException(refusal);
        }
        return new SourceMemory(address, length, context.pageSize(), Pinning.UNMOVABLE, OptionalLong.empty(),
                OptionalInt.of(buffer), Optional.of(UNPROVABLE), new DmaBufCoherency(shims, buffer));
    }

    private int allocate(final Path heap, final long length) throws RefusedException {
        final int fd = shims.open(heap.toString(), Linux.O_RDWR);
        if (fd == -1) {
            throw new RefusedException(Refusal.of(WHO, "can not open " + heap, new Errno(shims.errno()),
                    "run as root, or let a udev rule give the device to your group"));
        }
        try {
            final int buffer = shims.dma_heap_alloc(fd, length);
            if (buffer == -1) {
                throw new RefusedException(Refusal.of(WHO, "the heap " + heap + " gives no " + Sizes.exact(length),
                        new Errno(shims.errno()), "boot with a larger area (kernel parameter cma=SIZE), or ask for less"));
            }
            return buffer;
        } finally {
            libC.close(fd);
        }
    }
}
