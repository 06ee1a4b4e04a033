// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli.memory;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How the kernel divides memory: zones of NUMA nodes, and the ranges of its reserves.
 *
 * @param zones   the zones that have memory, in the order of the file
 * @param reserve page frames of CMA reserves, as far as debugfs tells; empty where it is not mounted
 * @param cma     page frames in CMA reserves, wherever they are
 */
public record MemoryZones(List<Zone> zones, FrameSet reserve, long cma) {
    private static final Pattern ZONE = Pattern.compile("Node (\\d+), zone\\s+(\\S+)");
    private static final Pattern FIELD = Pattern.compile("\\s+(spanned|present|cma|start_pfn:)\\s+(\\d+)");

    /**
     * A zone.
     *
     * @param node    number of the NUMA node
     * @param name    such as {@code Normal}
     * @param first   its first page frame
     * @param spanned page frames from the first to the last, holes included
     * @param present page frames with memory
     */
    public record Zone(int node, String name, long first, long spanned, long present) {
    }

    /**
     * Reads what there is.
     *
     * @param root folder with proc and sys in it
     * @return what was found; a file that can not be read adds nothing
     */
    public static MemoryZones read(final Path root) {
        final List<Zone> zones = new ArrayList<>();
        long cma = 0;
        int node = 0;
        String name = "";
        long spanned = 0;
        long present = 0;
        for (final String line : lines(root.resolve("proc/zoneinfo"))) {
            final Matcher zone = ZONE.matcher(line);
            final Matcher field = FIELD.matcher(line);
            if (zone.matches()) {
                node = Integer.parseInt(zone.group(1));
                name = zone.group(2);
            } else if (field.matches()) {
                final long value = Long.parseLong(field.group(2));
                switch (field.group(1)) {
                    case "spanned" -> spanned = value;
                    case "present" -> present = value;
                    case "cma" -> cma += value;
                    default -> zones.add(new Zone(node, name, value, spanned, present));
                }
            }
        }
        zones.removeIf(zone -> zone.present() == 0);
        return new MemoryZones(List.copyOf(zones), reserve(root), cma);
    }

    /** Needs debugfs and CONFIG_CMA_DEBUGFS: nothing else tells where reserves are. */
    private static FrameSet reserve(final Path root) {
        final List<FrameSet.Run> runs = new ArrayList<>();
        for (final Path area : folders(root.resolve("sys/kernel/debug/cma"))) {
            final List<String> base = lines(area.resolve("base_pfn"));
            final List<String> count = lines(area.resolve("count"));
            // A reserve of several ranges (since Linux 6.15) does not tell their lengths.
            if (!base.isEmpty() && !count.isEmpty() && !Files.exists(area.resolve("ranges/1"))) {
                final long first = Long.parseLong(base.get(0));
                runs.add(new FrameSet.Run(first, first + Long.parseLong(count.get(0))));
            }
        }
        return FrameSet.of(runs);
    }

    private static List<Path> folders(final Path parent) {
        final List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> children = Files.newDirectoryStream(parent, Files::isDirectory)) {
            children.forEach(found::add);
        } catch (final IOException e) {
            return List.of();
        }
        return found;
    }

    private static List<String> lines(final Path file) {
        try {
            return Files.readAllLines(file);
        } catch (final IOException e) {
            return List.of();
        }
    }
}
