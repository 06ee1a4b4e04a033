// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli.memory;

import io.github.mapcontig.Extent;
import io.github.mapcontig.KernelPageFlags.Flag;
import io.github.mapcontig.PhysicalLayout;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/**
 * Where mappings of a process lie.
 *
 * @param items     the mappings
 * @param hugeBytes bytes in huge pages, of a pool or transparent; empty if the kernel's page flags can not be read
 */
public record Inspection(List<Item> items, OptionalLong hugeBytes) {
    private static final double PERCENT = 100;

    /**
     * A mapping.
     *
     * @param region the mapping
     * @param layout where it lies
     */
    public record Item(MappedRegion region, PhysicalLayout layout) {
        /**
         * How much of it is in memory.
         *
         * @return bytes
         */
        public long presentBytes() {
            return layout.presentPages() * layout.pageSize();
        }

        /**
         * Its largest extent.
         *
         * @return bytes; 0 if there is none
         */
        public long largest() {
            return layout.extents().stream().mapToLong(Extent::length).max().orElse(0);
        }

        /**
         * Which part of what is in memory the largest extent is.
         *
         * @return percent; 0 if nothing is in memory
         */
        public double contiguousPercent() {
            return presentBytes() == 0 ? 0 : PERCENT * largest() / presentBytes();
        }
    }

    /**
     * Puts it together.
     *
     * @param items     the mappings
     * @param pageFlags /proc/kpageflags
     * @return the inspection
     */
    public static Inspection of(final List<Item> items, final Path pageFlags) {
        return new Inspection(List.copyOf(items), hugeBytes(items, pageFlags));
    }

    private static OptionalLong hugeBytes(final List<Item> items, final Path pageFlags) {
        long bytes = 0;
        try (PageFlagsFile file = new PageFlagsFile(pageFlags)) {
            for (final Item item : items) {
                final long pageSize = item.layout().pageSize();
                for (final Extent extent : item.layout().extents()) {
                    bytes += pageSize * file.count(new FrameSet.Run(extent.physicalAddress() / pageSize,
                            (extent.lastPhysicalAddress() + 1) / pageSize), Flag.HUGE.mask() | Flag.THP.mask());
                }
            }
        } catch (final IOException e) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(bytes);
    }

    /**
     * All extents of all mappings.
     *
     * @return in the order of the mappings
     */
    public List<Extent> extents() {
        return items.stream().flatMap(item -> item.layout().extents().stream()).toList();
    }

    /**
     * How much is in memory.
     *
     * @return bytes
     */
    public long presentBytes() {
        return items.stream().mapToLong(Item::presentBytes).sum();
    }

    /**
     * Pages whose place the kernel keeps back.
     *
     * @return their number
     */
    public long hiddenPages() {
        return items.stream().mapToLong(item -> item.layout().hiddenPages()).sum();
    }

    /**
     * Extents by size.
     *
     * @return the histogram
     */
    public ExtentHistogram histogram() {
        final ExtentHistogram histogram = new ExtentHistogram();
        histogram.add(extents());
        return histogram;
    }
}
