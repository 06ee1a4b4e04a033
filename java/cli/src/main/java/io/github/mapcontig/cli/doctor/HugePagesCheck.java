// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli.doctor;

import io.github.mapcontig.internal.platform.HugePagePool;
import io.github.mapcontig.internal.platform.KernelFiles;
import io.github.mapcontig.internal.platform.Sizes;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** Pools of huge pages, by size and NUMA node. */
final class HugePagesCheck {
    private static final String NODES = "sys/devices/system/node";
    private static final long KIB = 1024;
    /** Larger pages can hardly be made later than at boot. */
    private static final long LARGEST_AT_RUN_TIME = 1L << 30;

    private final SystemFiles files;

    HugePagesCheck(final SystemFiles files) {
        this.files = files;
    }

    List<Finding> run() {
        final List<Finding> findings = new ArrayList<>();
        final KernelFiles kernel = new KernelFiles(files.root());
        final List<String> nodes = files.names(NODES, "node[0-9]*");
        for (final String node : nodes) {
            final int number = Integer.parseInt(node.substring("node".length()));
            for (final HugePagePool pool : kernel.hugePagePools(OptionalInt.of(number))) {
                findings.add(check(node, pool, nodes.size() > 1 ? number + ":" : ""));
            }
        }
        if (findings.isEmpty()) {
            findings.add(Finding.no("huge pages", "this kernel has none", "use a kernel with CONFIG_HUGETLBFS=y"));
        }
        return findings;
    }

    private static Finding check(final String node, final HugePagePool pool, final String bootPrefix) {
        final long size = pool.pageSize();
        final String name = "huge pages of " + Sizes.exact(size) + ", " + node;
        final String detail = pool.free() + " free of " + pool.total();
        if (pool.free() > 0) {
            return Finding.yes(name, detail);
        }
        final String now = "echo " + (pool.total() + 1) + " > /" + NODES + "/" + node + "/hugepages/hugepages-" + size / KIB
                + "kB/nr_hugepages";
        final String unit = size >= LARGEST_AT_RUN_TIME ? (size >> 30) + "G" : (size >> 20) + "M";
        final String atBoot = "boot with hugepagesz=" + unit + " hugepages=" + bootPrefix + (pool.total() + 1);
        return size >= LARGEST_AT_RUN_TIME ? Finding.no(name, detail, atBoot, now + " (while memory is not fragmented yet)")
                : Finding.no(name, detail, now, atBoot);
    }
}
