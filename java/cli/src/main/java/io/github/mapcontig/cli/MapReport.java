// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli;

import io.github.mapcontig.cli.memory.MemoryZones;
import io.github.mapcontig.cli.memory.PageKind;
import io.github.mapcontig.cli.memory.PhysicalMap;
import io.github.mapcontig.cli.picture.Legend;
import io.github.mapcontig.cli.picture.PictureGrid;
import io.github.mapcontig.cli.picture.TerminalPicture;
import io.github.mapcontig.cli.text.Json;
import io.github.mapcontig.internal.platform.Sizes;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;

/** Writes down a map of memory. */
final class MapReport {
    private static final int ROWS = 24;

    private final PhysicalMap map;
    private final MemoryZones zones;

    MapReport(final PhysicalMap map, final MemoryZones zones) {
        this.map = map;
        this.zones = zones;
    }

    void print(final PrintWriter out, final Terminal terminal) {
        final PictureGrid grid = PictureGrid.of(map, terminal.columns() - TerminalPicture.MARGIN, ROWS);
        final TerminalPicture picture = new TerminalPicture(terminal.colours());
        final Legend legend = Legend.of(map, grid);
        out.println(legend.title());
        picture.draw(grid).forEach(out::println);
        out.println();
        legend.entries().forEach(entry -> out.println("  " + picture.sample(entry.kind()) + "  " + entry.text()));
        out.println("     movable: " + Sizes.rounded(movable()));
        for (final MemoryZones.Zone zone : zones.zones()) {
            out.printf("node %d, zone %s: %s of memory from %s%n", zone.node(), zone.name(),
                    Sizes.rounded(zone.present() * map.pageSize()), Json.address(zone.first() * map.pageSize()));
        }
        if (zones.cma() > 0 && zones.reserve().runs().isEmpty()) {
            out.printf("reserves (CMA): %s; where they are only debugfs tells: mount -t debugfs none /sys/kernel/debug%n",
                    Sizes.rounded(zones.cma() * map.pageSize()));
        }
    }

    private long movable() {
        return map.totals().entrySet().stream().filter(total -> total.getKey().movable()).mapToLong(Map.Entry::getValue).sum();
    }

    Map<String, Object> document() {
        return Json.object("pageSize", map.pageSize(), "movableBytes", movable(),
                "kinds", map.totals().entrySet().stream().filter(total -> total.getKey() != PageKind.HOLE)
                        .map(total -> Json.object("kind", total.getKey().name().toLowerCase(Locale.ROOT),
                                "bytes", total.getValue(), "longestRun", map.longest(total.getKey()))).toList(),
                "zones", zones.zones().stream().map(zone -> Json.object("node", zone.node(), "name", zone.name(),
                        "start", Json.address(zone.first() * map.pageSize()),
                        "bytes", zone.present() * map.pageSize())).toList(),
                "reserveBytes", zones.cma() * map.pageSize());
    }
}
