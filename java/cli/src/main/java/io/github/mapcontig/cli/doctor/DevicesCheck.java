// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli.doctor;

import io.github.mapcontig.internal.platform.KernelFiles;
import io.github.mapcontig.internal.platform.Sizes;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Drivers that give contiguous memory, and what stands between devices and memory. */
final class DevicesCheck {
    private static final String HEAPS = "dev/dma_heap";
    private static final String U_DMA_BUFS = "sys/class/u-dma-buf";
    private static final String GROUPS = "sys/kernel/iommu_groups";

    private final SystemFiles files;

    DevicesCheck(final SystemFiles files) {
        this.files = files;
    }

    List<Finding> run() {
        return List.of(heaps(), uDmaBufs(), iommuGroups());
    }

    private Finding heaps() {
        final KernelFiles kernel = new KernelFiles(files.root());
        final List<String> heaps = kernel.dmaHeaps();
        if (heaps.isEmpty()) {
            return Finding.no("dma-heap", "no heap in /" + HEAPS, "use a kernel with CONFIG_DMABUF_HEAPS=y and"
                    + " CONFIG_DMABUF_HEAPS_CMA=y, and boot with cma=SIZE", "in a container: --device /" + HEAPS + "/NAME");
        }
        if (heaps.stream().noneMatch(kernel::isContiguousHeap)) {
            return Finding.no("dma-heap", String.join(", ", heaps) + ": no CMA heap, as far as names tell",
                    "use a kernel with CONFIG_DMABUF_HEAPS_CMA=y, and boot with cma=SIZE");
        }
        final List<String> contiguous = heaps.stream().filter(kernel::isContiguousHeap).toList();
        final List<String> usable = contiguous.stream().filter(heap -> files.readableAndWritable(HEAPS + "/" + heap)).toList();
        return usable.isEmpty() ? Finding.no("dma-heap", String.join(", ", contiguous) + ", but this user may not open any",
                "chmod a+rw /" + HEAPS + "/" + contiguous.get(0) + " (or an udev rule)")
                : Finding.yes("dma-heap", String.join(", ", usable) + ": contiguous, as the kernel promises");
    }

    private Finding uDmaBufs() {
        final List<String> buffers = files.names(U_DMA_BUFS, "*");
        if (buffers.isEmpty()) {
            return Finding.no("u-dma-buf", "no device in /" + U_DMA_BUFS,
                    "build the module from https://github.com/ikwzm/udmabuf and load it: modprobe u-dma-buf udmabuf0=BYTES");
        }
        final String text = buffers.stream().map(name -> name + ": " + Sizes.exact(files.number(U_DMA_BUFS + "/" + name + "/size"))
                + " at " + files.text(U_DMA_BUFS + "/" + name + "/phys_addr").orElse("?")).collect(Collectors.joining("; "));
        return buffers.stream().anyMatch(name -> files.readableAndWritable("dev/" + name)) ? Finding.yes("u-dma-buf", text)
                : Finding.no("u-dma-buf", text + ", but this user may not open any",
                        "chmod a+rw /dev/" + buffers.get(0) + " (or an udev rule)");
    }

    private Finding iommuGroups() {
        final Map<String, Integer> byType = new TreeMap<>();
        for (final String group : files.names(GROUPS, "*")) {
            byType.merge(files.text(GROUPS + "/" + group + "/type").orElse("unknown"), 1, Integer::sum);
        }
        return byType.isEmpty() ? Finding.note("IOMMU groups", "none: no IOMMU, or it is off; VFIO works in its no-IOMMU mode only")
                : Finding.note("IOMMU groups", byType.entrySet().stream().map(type -> type.getValue() + " of type "
                        + type.getKey()).collect(Collectors.joining(", ")));
    }
}
