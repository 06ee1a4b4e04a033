// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli;

import io.github.mapcontig.Extent;
import io.github.mapcontig.cli.memory.ExtentHistogram;
import io.github.mapcontig.cli.memory.Inspection;
import io.github.mapcontig.cli.memory.MappedRegion;
import io.github.mapcontig.cli.text.Json;
import io.github.mapcontig.cli.text.Table;
import io.github.mapcontig.internal.platform.Sizes;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Writes down an inspection. */
final class InspectionReport {
    private static final int BAR = 40;
    private static final double PERCENT = 100;

    private final long pid;
    private final Inspection found;

    InspectionReport(final long pid, final Inspection found) {
        this.pid = pid;
        this.found = found;
    }

    void print(final PrintWriter out, final boolean withExtents) {
        final List<Inspection.Item> empty = found.items().stream().filter(item -> item.presentBytes() == 0).toList();
        final Table table = new Table("lrrrrrl").row("mapping", "size", "present", "extents", "largest", "contiguous", "name");
        found.items().stream().filter(item -> item.presentBytes() > 0).forEach(item -> addTo(table, item));
        table.lines().forEach(out::println);
        if (!empty.isEmpty()) {
            out.printf("and %d mappings without a page in memory, %s of addresses%n", empty.size(),
                    Sizes.rounded(empty.stream().mapToLong(item -> item.region().length()).sum()));
        }
        if (withExtents) {
            out.println();
            found.items().forEach(item -> item.layout().extents().forEach(extent -> out.println(
                    Json.address(item.region().start() + extent.offset()) + "  " + extent)));
        }
        printSizes(out);
        final long end = found.extents().stream().mapToLong(Extent::lastPhysicalAddress).max().orElse(0) + 1;
        out.printf("%nwhere it lies in physical memory:%n%s%n", MemoryPicture.ofThisMachine(end).draw(found.extents()));
    }

    private static void addTo(final Table table, final Inspection.Item item) {
        final MappedRegion region = item.region();
        table.row(Long.toHexString(region.start()) + "-" + Long.toHexString(region.end()), Sizes.exact(region.length()),
                Sizes.exact(item.presentBytes()), item.layout().extents().size(), Sizes.exact(item.largest()),
                String.format(Locale.ROOT, "%.1f%%", item.contiguousPercent()),
                region.permissions() + " " + (region.name().isEmpty() ? "(anonymous)" : region.name()));
    }

    private void printSizes(final PrintWriter out) {
        final ExtentHistogram histogram = found.histogram();
        final long most = histogram.classes().stream().mapToLong(ExtentHistogram.Class::bytes).max().orElse(1);
        out.printf("%nextents by size, from a power of two to the next:%n");
        final Table table = new Table("rrrl").row("from", "extents", "together", "");
        for (final ExtentHistogram.Class one : histogram.classes()) {
            table.row(Sizes.exact(one.atLeast()), one.count(), Sizes.exact(one.bytes()),
                    "#".repeat((int) Math.max(1, BAR * one.bytes() / most)));
        }
        table.lines().forEach(out::println);
        out.printf("%nprocess %d: %s present in %d extents, the largest of %s%n", pid, Sizes.exact(found.presentBytes()),
                found.extents().size(), Sizes.exact(histogram.largest()));
        out.println("in huge pages: " + (found.hugeBytes().isEmpty() ? "unknown, /proc/kpageflags can not be read"
                : String.format(Locale.ROOT, "%s, %.1f%% of what is present", Sizes.exact(found.hugeBytes().getAsLong()),
                        PERCENT * found.hugeBytes().getAsLong() / Math.max(1, found.presentBytes()))));
    }

    Map<String, Object> document() {
        return Json.object("pid", pid, "presentBytes", found.presentBytes(), "hiddenPages", found.hiddenPages(),
                "hugeBytes", found.hugeBytes().isPresent() ? found.hugeBytes().getAsLong() : null,
                "largestExtent", found.histogram().largest(),
                "histogram", found.histogram().classes().stream().map(one -> Json.object("from", one.atLeast(),
                        "extents", one.count(), "bytes", one.bytes())).toList(),
                "mappings", found.items().stream().map(InspectionReport::document).toList());
    }

    private static Map<String, Object> document(final Inspection.Item item) {
        final MappedRegion region = item.region();
        return Json.object("start", Json.address(region.start()), "end", Json.address(region.end()),
                "permissions", region.permissions(), "name", region.name(), "size", region.length(),
                "presentBytes", item.presentBytes(), "swappedPages", item.layout().swappedPages(),
                "largestExtent", item.largest(), "contiguousPercent", item.contiguousPercent(),
                "extents", Layouts.document(item.layout().extents()));
    }
}
