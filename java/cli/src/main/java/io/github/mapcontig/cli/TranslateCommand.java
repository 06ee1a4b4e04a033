// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli;

import io.github.mapcontig.KernelPageFlags;
import io.github.mapcontig.PagemapEntry;
import io.github.mapcontig.cli.memory.MappedRegion;
import io.github.mapcontig.cli.memory.PageFlagsFile;
import io.github.mapcontig.cli.memory.ProcessMaps;
import io.github.mapcontig.cli.text.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code contig translate}. */
@Command(name = "translate", description = "Tells the physical addresses behind virtual addresses of a process.")
final class TranslateCommand implements Callable<Integer> {
    private static final Path PAGE_FLAGS = Path.of("/proc/kpageflags");

    @Mixin
    private JsonOption json;

    @Parameters(index = "0", paramLabel = "PID", description = "The process.")
    private long pid;

    @Parameters(index = "1..*", arity = "1..*", paramLabel = "ADDRESS", description = "Virtual addresses, hexadecimal.")
    private List<AddressRange> addresses;

    @Spec
    private CommandSpec spec;

    /** What there is to say of an address. */
    private enum State { PRESENT, HIDDEN, SWAPPED, NOT_PRESENT, NOT_MAPPED }

    private record Translation(long address, State state, PagemapEntry entry, Optional<MappedRegion> mapping,
                               Optional<KernelPageFlags> kernel) {
        long physicalAddress(final long pageSize) {
            return entry.pageFrameNumber().orElseThrow() * pageSize + address % pageSize;
        }
    }

    @Override
    public Integer call() {
        for (final AddressRange range : addresses) {
            if (range.end().isPresent()) {
                throw new IllegalArgumentException("translate takes addresses, not ranges: see contig inspect");
            }
        }
        final PrintWriter out = spec.commandLine().getOut();
        final List<Translation> found = new ArrayList<>();
        try (TracedProcess process = TracedProcess.open(pid)) {
            final ProcessMaps maps = process.maps();
            addresses.forEach(range -> found.add(translate(process, maps, range.start())));
            if (json.wanted()) {
                out.println(Json.write(Json.object("pid", pid, "addresses",
                        found.stream().map(one -> document(one, process.pageSize())).toList())));
            } else {
                found.forEach(one -> out.println(words(one, maps, process.pageSize())));
            }
            out.flush();
            if (found.stream().anyMatch(one -> one.state() == State.HIDDEN)) {
                throw process.hidden("can not tell all physical addresses");
            }
        }
        return found.stream().allMatch(one -> one.state() == State.PRESENT) ? ExitStatus.OK : ExitStatus.NEGATIVE;
    }

    private static Translation translate(final TracedProcess process, final ProcessMaps maps, final long address) {
        final Optional<MappedRegion> mapping = maps.at(address).filter(MappedRegion::inUserSpace);
        final PagemapEntry entry = mapping.isPresent() ? process.entry(address) : new PagemapEntry(0);
        final State state = mapping.isEmpty() ? State.NOT_MAPPED : entry.swapped() ? State.SWAPPED
                : !entry.present() ? State.NOT_PRESENT : entry.hidden() ? State.HIDDEN : State.PRESENT;
        return new Translation(address, state, entry, mapping, kernelFlags(entry));
    }

    /** Only for who may read them: what is missing is then not said. */
    private static Optional<KernelPageFlags> kernelFlags(final PagemapEntry entry) {
        if (entry.pageFrameNumber().isEmpty()) {
            return Optional.empty();
        }
        try (PageFlagsFile file = new PageFlagsFile(PAGE_FLAGS)) {
            return Optional.of(file.flags(entry.pageFrameNumber().getAsLong()));
        } catch (final IOException e) {
            return Optional.empty();
        }
    }

    private static String words(final Translation one, final ProcessMaps maps, final long pageSize) {
        final String where = one.mapping().map(mapping -> " in " + mapping).orElse("");
        final String text = switch (one.state()) {
            case PRESENT -> Json.address(one.physicalAddress(pageSize)) + "  " + flags(one.entry())
                    + one.kernel().map(flags -> "; kernel: " + flags).orElse("") + ";" + where;
            case HIDDEN -> "hidden: present, but its place is kept back;" + where;
            case SWAPPED -> "swapped out, or migrating;" + where;
            case NOT_PRESENT -> "not present: no page was touched here yet, or it was dropped;" + where;
            case NOT_MAPPED -> "not mapped: " + AddressRange.nearest(maps, one.address());
        };
        return Json.address(one.address()) + "  ->  " + text;
    }

    private static String flags(final PagemapEntry entry) {
        return "present, " + (entry.fileOrShared() ? "file or shared" : "anonymous")
                + (entry.exclusive() ? ", exclusive" : "") + (entry.softDirty() ? ", soft-dirty" : "")
                + (entry.writeProtected() ? ", write-protected by userfaultfd" : "") + (entry.guard() ? ", guard" : "");
    }

    private static Map<String, Object> document(final Translation one, final long pageSize) {
        return Json.object("virtual", Json.address(one.address()), "state", one.state().name().toLowerCase(Locale.ROOT),
                "physical", one.state() == State.PRESENT ? Json.address(one.physicalAddress(pageSize)) : null,
                "fileOrShared", one.entry().fileOrShared(), "exclusive", one.entry().exclusive(),
                "kernelFlags", one.kernel().map(flags -> List.copyOf(flags.flags())),
                "mapping", one.mapping().map(MappedRegion::toString));
    }
}
