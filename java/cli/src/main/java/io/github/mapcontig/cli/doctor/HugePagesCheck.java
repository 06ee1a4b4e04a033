// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli.doctor;

import io.github.mapcontig.internal.platform.Sizes;
import java.util.ArrayList;
import java.util.List;

/** Pools of huge pages, by size and NUMA node. */
final class HugePagesCheck {
    private static final String NODES = "sys/devices/system/node";
    private static final String PREFIX = "hugepages-";
    private static final long KIB = 1024;
    /** Larger pages can hardly be made later than at boot. */
    private static final long LARGEST_AT_RUN_TIME = 1L << 30;

    private final SystemFiles files;

    HugePagesCheck(final SystemFiles files) {
        this.files = files;
    }

    List<Finding> run() {
        final List<Finding> findings = new ArrayList<>();
        for (final String node : files.names(NODES, "node[0-9]*")) {
            for (final String pool : files.names(NODES + "/" + node + "/hugepages", PREFIX + "*")) {
                findings.add(check(node, pool, files.names(NODES, "node[0-9]*").size() > 1));
            }
        }
        if (findings.isEmpty()) {
            findings.add(Finding.no("huge pages", "this kernel has none", "use a kernel with CONFIG_HUGETLBFS=y"));
        }
        return findings;
    }

    private Finding check(final String node, final String pool, final boolean severalNodes) {
        final String folder = NODES + "/" + node + "/hugepages/" + pool;
        final long size = Long.parseLong(pool.substring(PREFIX.length(), pool.indexOf("kB"))) * KIB;
        final long total = files.number(folder + "/nr_hugepages");
        final long free = files.number(folder + "/free_hugepages");
        final String name = "huge pages of " + Sizes.exact(size) + ", " + node;
        final String detail = free + " free of " + total;
        if (free > 0) {
            return Finding.yes(name, detail);
        }
        final String now = "echo " + (total + 1) + " > /" + folder + "/nr_hugepages";
        final String unit = size >= LARGEST_AT_RUN_TIME ? (size >> 30) + "G" : (size >> 20) + "M";
        final String atBoot = "boot with hugepagesz=" + unit + " hugepages=" + (severalNodes
                ? node.substring("node".length()) + ":" : "") + (total + 1);
        return size >= LARGEST_AT_RUN_TIME ? Finding.no(name, detail, atBoot, now + " (while memory is not fragmented yet)")
                : Finding.no(name, detail, now, atBoot);
    }
}
