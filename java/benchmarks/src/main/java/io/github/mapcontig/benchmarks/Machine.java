// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a result depends on, as this machine is now. */
final class Machine {
    private static final String UNKNOWN = "unknown";

    private Machine() {
    }

    /** Names and values, in the order of a report. */
    static Map<String, String> describe() {
        final Map<String, String> machine = new LinkedHashMap<>();
        machine.put("kernel", text("/proc/sys/kernel/osrelease") + " " + System.getProperty("os.arch"));
        machine.put("processor", field("/proc/cpuinfo", "model name") + ", " + Runtime.getRuntime().availableProcessors()
                + " of them, hypervisor: " + (field("/proc/cpuinfo", "flags").contains("hypervisor") ? "yes" : "no")
                + ", governor: " + text("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"));
        machine.put("memory", field("/proc/meminfo", "MemTotal") + ", available " + field("/proc/meminfo", "MemAvailable")
                + ", NUMA nodes " + text("/sys/devices/system/node/online"));
        machine.put("transparent huge pages", text("/sys/kernel/mm/transparent_hugepage/enabled"));
        machine.put("huge pages of " + field("/proc/meminfo", "Hugepagesize"), field("/proc/meminfo", "HugePages_Total") + ", free "
                + field("/proc/meminfo", "HugePages_Free"));
        machine.put("MAP_CONTIG contract", text("/sys/kernel/mm/map_contig/abi"));
        machine.put("JVM", System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"));
        return machine;
    }

    /** How busy it is: the averages over 1, 5 and 15 minutes. */
    static String load() {
        final String[] fields = text("/proc/loadavg").split(" ");
        return fields.length < 3 ? UNKNOWN : fields[0] + ", " + fields[1] + ", " + fields[2];
    }

    private static String text(final String file) {
        try {
            return Files.readString(Path.of(file)).strip();
        } catch (final IOException e) {
            return UNKNOWN;
        }
    }

    private static String field(final String file, final String name) {
        final List<String> lines;
        try {
            lines = Files.readAllLines(Path.of(file));
        } catch (final IOException e) {
            return UNKNOWN;
        }
        return lines.stream().filter(line -> line.split(":")[0].strip().equals(name)).findFirst()
                .map(line -> line.substring(line.indexOf(':') + 1).strip()).orElse(UNKNOWN);
    }
}
