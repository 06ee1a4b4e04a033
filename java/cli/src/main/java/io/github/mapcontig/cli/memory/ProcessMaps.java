// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli.memory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The mappings of a process, in the order of their addresses. */
public final class ProcessMaps {
    private static final int HEX = 16;
    private static final Pattern HEADER = Pattern.compile("([0-9a-f]+)-([0-9a-f]+) (\\S{4}) [0-9a-f]+ \\S+ \\d+\\s*(.*)");
    /** Lines of smaps of which each says that there are pages, if its number is not 0. */
    private static final Pattern PAGES = Pattern.compile("(?:Rss|Swap|Shared_Hugetlb|Private_Hugetlb):\\s+(\\d+) kB");
    /** Pages that no counter counts: page frames mapped by a driver (pf), I/O memory (io), mixed (mm). */
    private static final Pattern UNCOUNTED = Pattern.compile("VmFlags:.* (?:pf|io|mm)\\b.*");

    private final List<MappedRegion> regions;

    private ProcessMaps(final List<MappedRegion> regions) {
        this.regions = List.copyOf(regions);
    }

    /**
     * Reads /proc/PID/maps.
     *
     * @param process folder of the process in /proc
     * @return its mappings; none for a kernel thread and for a process that has ended
     * @throws IOException if there is no such process, or it may not be read
     */
    public static ProcessMaps read(final Path process) throws IOException {
        return parse(Files.readAllLines(process.resolve("maps")));
    }

    /**
     * Reads /proc/PID/smaps, which costs more and knows which mappings have no pages: a program may reserve terabytes
     * of addresses, and pagemap has 8 bytes for each page of them.
     *
     * @param process folder of the process in /proc
     * @return its mappings
     * @throws IOException if there is no such process, or it may not be read
     */
    public static ProcessMaps readWithPresence(final Path process) throws IOException {
        return parse(Files.readAllLines(process.resolve("smaps")));
    }

    /**
     * Reads lines of maps or smaps.
     *
     * @param lines the lines
     * @return the mappings
     */
    static ProcessMaps parse(final List<String> lines) {
        final List<MappedRegion> regions = new ArrayList<>();
        MappedRegion last = null;
        for (final String line : lines) {
            final Matcher header = HEADER.matcher(line);
            if (header.matches()) {
                last = new MappedRegion(Long.parseUnsignedLong(header.group(1), HEX),
                        Long.parseUnsignedLong(header.group(2), HEX), header.group(3), header.group(4), true);
                regions.add(last);
            } else if (last != null) {
                // The first line of details turns "may be" to "is not"; one with pages turns it back.
                final boolean details = line.startsWith("Size:");
                final Matcher pages = PAGES.matcher(line);
                final boolean some = pages.matches() && !pages.group(1).equals("0") || UNCOUNTED.matcher(line).matches();
                last = new MappedRegion(last.start(), last.end(), last.permissions(), last.name(),
                        some || last.present() && !details);
                regions.set(regions.size() - 1, last);
            }
        }
        return new ProcessMaps(regions);
    }

    /**
     * All mappings.
     *
     * @return in the order of their addresses; unmodifiable
     */
    public List<MappedRegion> regions() {
        return regions;
    }

    /**
     * The mappings that share an address with a range.
     *
     * @param range the range
     * @return in the order of their addresses
     */
    public List<MappedRegion> touching(final VirtualRange range) {
        return regions.stream().filter(region -> region.touches(range)).toList();
    }

    /**
     * The mapping at an address.
     *
     * @param address virtual address
     * @return the mapping, if there is one
     */
    public Optional<MappedRegion> at(final long address) {
        return regions.stream().filter(region -> region.contains(address)).findFirst();
    }

    /**
     * The mapping nearest to an address where there is none.
     *
     * @param address virtual address
     * @return the mapping; empty if the process has none
     */
    public Optional<MappedRegion> nearest(final long address) {
        return regions.stream().min((a, b) -> Long.compareUnsigned(distance(a, address), distance(b, address)));
    }

    private static long distance(final MappedRegion region, final long address) {
        if (region.contains(address)) {
            return 0;
        }
        return Long.compareUnsigned(address, region.start()) < 0 ? region.start() - address : address - region.end() + 1;
    }
}
