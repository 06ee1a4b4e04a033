// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.internal.platform;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/**
 * Reads single values from /proc and /sys, and names in /dev. A file that is absent or unreadable is an empty answer and no error: every
 * value read here serves a message or a refinement, never a decision that would be wrong without it.
 */
public final class KernelFiles {
    private static final long KIB = 1024;
    /** PROC_USER_INIT_INO, by which the kernel names the user namespace that is there from boot on. */
    private static final String INITIAL_USER_NAMESPACE = "user:[4026531837]";
    /** What the kernel calls the heap of the default CMA area: the first since 6.17, the others before and in addition (dma-buf-heaps.rst). */
    private static final Set<String> CMA_HEAPS = Set.of("default_cma_region", "reserved", "linux,cma", "default-pool");

    private final Path root;

    /**
     * Creates a reader.
     *
     * @param root folder that holds dev, proc and sys; {@code /} except in tests
     */
    public KernelFiles(final Path root) {
        this.root = root;
    }

    /**
     * How much memory the machine has.
     *
     * @return MemTotal in bytes
     */
    public OptionalLong totalMemory() {
        return field("proc/meminfo", "MemTotal").map(KernelFiles::kibibytes).orElse(OptionalLong.empty());
    }

    /**
     * How much memory could be had without swapping, contiguous or not.
     *
     * @return MemAvailable in bytes
     */
    public OptionalLong availableMemory() {
        return field("proc/meminfo", "MemAvailable").map(KernelFiles::kibibytes).orElse(OptionalLong.empty());
    }

    /**
     * How much memory this process has locked.
     *
     * @return VmLck in bytes
     */
    public OptionalLong lockedMemory() {
        return field("proc/self/status", "VmLck").map(KernelFiles::kibibytes).orElse(OptionalLong.empty());
    }

    /**
     * Whether this process has a capability in effect over the whole machine. In a user namespace of its own, such as a container
     * without root has, CapEff tells of capabilities over that namespace alone.
     *
     * @param capability bit number
     * @return true if so; false also where /proc can not be read
     */
    public boolean hasCapability(final int capability) {
        return !isInUserNamespace() && field("proc/self/status", "CapEff")
                .map(hex -> Long.parseUnsignedLong(hex, 16))
                .map(set -> (set >>> capability & 1) != 0)
                .orElse(false);
    }

    /**
     * Whether this process is in a user namespace other than the initial one.
     *
     * @return true if so; false also where the kernel has none, or /proc can not be read
     */
    public boolean isInUserNamespace() {
        try {
            return !Files.readSymbolicLink(root.resolve("proc/self/ns/user")).toString().equals(INITIAL_USER_NAMESPACE);
        } catch (final IOException e) {
            return false;
        }
    }

    /**
     * The number of the MAP_CONTIG contract that the kernel declares.
     *
     * @return its number; empty on a kernel without MAP_CONTIG, or where /sys is not mounted
     */
    public OptionalLong mapContigAbi() {
        return number(root.resolve("sys/kernel/mm/map_contig/abi"));
    }

    /**
     * The memory reserved for MAP_CONTIG at boot.
     *
     * @return per NUMA node, by its number; empty where none is
     */
    public Map<Integer, Reserve> reserves() {
        final Map<Integer, Reserve> reserves = new TreeMap<>();
        final Path folder = root.resolve("sys/kernel/mm/map_contig");
        try (DirectoryStream<Path> nodes = Files.newDirectoryStream(folder, "node[0-9]*")) {
            for (final Path node : nodes) {
                final OptionalLong bytes = number(node.resolve("reserve_bytes"));
                final OptionalLong free = number(node.resolve("reserve_free_bytes"));
                if (bytes.isPresent() && free.isPresent()) {
                    final int nodeNumber = Integer.parseInt(node.getFileName().toString().substring("node".length()));
                    reserves.put(nodeNumber, new Reserve(bytes.getAsLong(), free.getAsLong()));
                }
            }
        } catch (final IOException e) {
            return Map.of();
        }
        return reserves;
    }

    /**
     * The pools of huge pages.
     *
     * @param node of which node; empty for those of the whole machine
     * @return one for each page size that the kernel knows, smallest first; empty if it has no huge pages, or no such node
     */
    public List<HugePagePool> hugePagePools(final OptionalInt node) {
        final Path folder = root.resolve(node.isPresent() ? "sys/devices/system/node/node" + node.getAsInt() : "sys/kernel/mm")
                .resolve("hugepages");
        final List<HugePagePool> pools = new ArrayList<>();
        try (DirectoryStream<Path> sizes = Files.newDirectoryStream(folder, "hugepages-*kB")) {
            for (final Path size : sizes) {
                final String name = size.getFileName().toString();
                final long pageSize = Long.parseLong(name.substring(name.indexOf('-') + 1, name.length() - 2)) * KIB;
                final long free = number(size.resolve("free_hugepages")).orElse(0);
                // Those that are promised to a mapping that has not touched them yet; nodes do not say.
                final long promised = number(size.resolve("resv_hugepages")).orElse(0);
                pools.add(new HugePagePool(pageSize, number(size.resolve("nr_hugepages")).orElse(0), free - promised, node));
            }
        } catch (final IOException e) {
            return List.of();
        }
        pools.sort(Comparator.comparingLong(HugePagePool::pageSize));
        return pools;
    }

    /**
     * What a huge page-table entry maps.
     *
     * @return bytes; empty on a kernel without transparent huge pages
     */
    public OptionalLong hugeEntrySize() {
        return number(root.resolve("sys/kernel/mm/transparent_hugepage/hpage_pmd_size"));
    }

    /**
     * Whether an IOMMU translates for any device, so that the device sees other addresses than the processor. A group of type
     * {@code identity} passes addresses through.
     *
     * @return true if so
     */
    public boolean iommuTranslates() {
        try (DirectoryStream<Path> groups = Files.newDirectoryStream(root.resolve("sys/kernel/iommu_groups"))) {
            for (final Path group : groups) {
                if (!text(group.resolve("type")).orElse("unknown").equals("identity")) {
                    return true;
                }
            }
            return false;
        } catch (final IOException e) {
            return false;
        }
    }

    /**
     * The dma-heaps.
     *
     * @return names in /dev/dma_heap, sorted
     */
    public List<String> dmaHeaps() {
        final List<String> heaps = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(root.resolve("dev/dma_heap"))) {
            found.forEach(heap -> heaps.add(heap.getFileName().toString()));
        } catch (final IOException e) {
            return List.of();
        }
        Collections.sort(heaps);
        return heaps;
    }

    /**
     * Whether what a dma-heap gives is known to be contiguous. The kernel tells the kind of no heap. Known by name are that of the
     * default CMA area, and those named as a CMA area is (/sys/kernel/mm/cma, where CONFIG_CMA_SYSFS is set).
     *
     * @param heap its name
     * @return false for those of scattered pages, and for those of drivers that may give anything
     */
    public boolean isContiguousHeap(final String heap) {
        return CMA_HEAPS.contains(heap) || Files.isDirectory(root.resolve("sys/kernel/mm/cma").resolve(heap));
    }

    /**
     * The release of the running kernel.
     *
     * @return as {@code uname -r} prints it
     */
    public Optional<String> kernelRelease() {
        return text(root.resolve("proc/sys/kernel/osrelease"));
    }

    /**
     * A reserve of one NUMA node.
     *
     * @param bytes size
     * @param free  bytes of it that MAP_CONTIG does not use now
     */
    public record Reserve(long bytes, long free) {
    }

    private Optional<String> field(final String file, final String name) {
        try {
            return Files.readAllLines(root.resolve(file)).stream()
                    .filter(line -> line.startsWith(name + ":"))
                    .map(line -> line.substring(name.length() + 1).strip())
                    .findFirst();
        } catch (final IOException e) {
            return Optional.empty();
        }
    }

    private static OptionalLong kibibytes(final String text) {
        return OptionalLong.of(Math.multiplyExact(Long.parseLong(text.substring(0, text.indexOf(' '))), KIB));
    }

    private static OptionalLong number(final Path file) {
        return text(file).map(value -> OptionalLong.of(Long.parseLong(value))).orElse(OptionalLong.empty());
    }

    private static Optional<String> text(final Path file) {
        try {
            return Optional.of(Files.readString(file).strip());
        } catch (final IOException e) {
            return Optional.empty();
        }
    }
}
