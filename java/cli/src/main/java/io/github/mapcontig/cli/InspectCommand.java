// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli;

import io.github.mapcontig.PhysicalLayout;
import io.github.mapcontig.cli.memory.Inspection;
import io.github.mapcontig.cli.memory.MappedRegion;
import io.github.mapcontig.cli.memory.ProcessMaps;
import io.github.mapcontig.cli.memory.VirtualRange;
import io.github.mapcontig.cli.text.Json;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code contig inspect}. */
@Command(name = "inspect", description = "Tells where the memory of a process lies, and in how many pieces.")
final class InspectCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private JsonOption json;

    @Parameters(index = "0", paramLabel = "PID", description = "The process.")
    private long pid;

    @Parameters(index = "1", arity = "0..1", paramLabel = "ADDRESS[+LENGTH]|ADDRESS-END",
            description = "Only the mappings which that touches (default: all).")
    private AddressRange range;

    @Option(names = "--extents", description = "List every extent.")
    private boolean extents;

    @Spec
    private CommandSpec spec;

    InspectCommand(final Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        final PrintWriter out = spec.commandLine().getOut();
        try (TracedProcess process = TracedProcess.open(pid)) {
            final Inspection found = inspect(process);
            if (json.wanted()) {
                out.println(Json.write(new InspectionReport(pid, found).document()));
            } else {
                new InspectionReport(pid, found).print(out, extents);
            }
            out.flush();
            if (found.hiddenPages() > 0) {
                throw process.hidden("can not tell where the memory of process " + pid + " lies");
            }
        }
        return ExitStatus.OK;
    }

    private Inspection inspect(final TracedProcess process) {
        final ProcessMaps maps = process.mapsWithPresence();
        final List<MappedRegion> regions = (range == null ? maps.regions()
                : maps.touching(range.resolve(maps, process.pageSize()))).stream().filter(MappedRegion::inUserSpace).toList();
        final List<Inspection.Item> items = new ArrayList<>();
        long done = 0;
        final long all = regions.stream().filter(MappedRegion::present).mapToLong(MappedRegion::length).sum();
        try (Progress progress = new Progress(spec.commandLine().getErr(), terminal.progress(), "reading pagemap")) {
            for (final MappedRegion region : regions) {
                if (region.present()) {
                    items.add(new Inspection.Item(region, process.layout(new VirtualRange(region.start(), region.end()))));
                    done += region.length();
                    progress.at(done, all);
                } else {
                    items.add(new Inspection.Item(region, new PhysicalLayout(region.start(), region.length(),
                            process.pageSize(), List.of(), 0, 0, 0)));
                }
            }
        }
        return Inspection.of(items, Path.of("/proc/kpageflags"));
    }
}
