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
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** A dma-buf of a CMA heap. Its address is unknown, so it can not serve a request that says where it is to lie. */
public final class DmaHeapSource implements MemorySource {
    private static final String WHO = Source.DMA_HEAP.name();
    private static final String FOLDER = "dev/dma_heap";
    private static final String ASK_FOR_NONE = "ask for .proof(ProofLevel.NONE) to rely on the heap's promise and do without"
            + " physical addresses";
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
        // First whether there is a heap at all: who follows the advice below and is told then that there is none was led astray.
        final List<String> heaps = heaps(request);
        if (request.proof() != ProofLevel.NONE) {
            throw new RefusedException(Refusal.of(WHO, UNPROVABLE, ASK_FOR_NONE));
        }
        if (request.node().isPresent() || !Placement.of(request).isAnywhere(context.pageSize())) {
            throw new RefusedException(Refusal.of(WHO, "where its memory lies is unknown, so that neither alignment, boundary,"
                    + " address bits nor node can be checked", "ask for none of them, or leave this source out"));
        }
        context.requireShims(WHO);
        final List<Refusal> refusals = new ArrayList<>();
        for (final String heap : heaps) {
            try {
                return map(context.root().resolve(FOLDER).resolve(heap), length);
            } catch (final RefusedException e) {
                refusals.add(e.refusal());
            }
        }
        throw RefusedException.ofAll(refusals);
    }

    private List<String> heaps(final AllocationRequest request) throws RefusedException {
        final List<String> all = context.files().dmaHeaps();
        final List<String> heaps = all.stream().filter(context.files()::isContiguousHeap).toList();
        if (heaps.isEmpty()) {
            throw new RefusedException(Refusal.of(WHO, "there is no CMA heap in /" + FOLDER + (all.isEmpty() ? ""
                    : " (" + String.join(", ", all) + ": of scattered pages, or not named as a CMA area in /sys/kernel/mm/cma)"),
                    "boot a kernel with CONFIG_DMABUF_HEAPS_CMA=y and cma=SIZE (container: --device /" + FOLDER + "/NAME as well)"
                    + (request.proof() == ProofLevel.NONE ? "" : ", and " + ASK_FOR_NONE)));
        }
        return heaps;
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
