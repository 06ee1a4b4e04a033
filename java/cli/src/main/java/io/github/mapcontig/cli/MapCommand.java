// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli;

import io.github.mapcontig.Extent;
import io.github.mapcontig.MemoryCapabilities;
import io.github.mapcontig.Refusal;
import io.github.mapcontig.cli.memory.FrameSet;
import io.github.mapcontig.cli.memory.MappedRegion;
import io.github.mapcontig.cli.memory.MemoryZones;
import io.github.mapcontig.cli.memory.PageFlagsFile;
import io.github.mapcontig.cli.memory.PhysicalMap;
import io.github.mapcontig.cli.memory.SystemRam;
import io.github.mapcontig.cli.memory.VirtualRange;
import io.github.mapcontig.cli.picture.PngPicture;
import io.github.mapcontig.cli.picture.SvgPicture;
import io.github.mapcontig.cli.text.Json;
import io.github.mapcontig.internal.platform.FileErrors;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code contig map}. */
@Command(name = "map", description = "Draws what physical memory is used for, from /proc/kpageflags.")
final class MapCommand implements Callable<Integer> {
    private final Path root;
    private final Terminal terminal;

    @Mixin
    private JsonOption json;

    @Option(names = "--out", paramLabel = "FILE", description = "Write an image, by the name's end: .svg or .png.")
    private Path image;

    @Option(names = "--pid", paramLabel = "PID", description = "Show the memory of this process as such; may be given again.")
    private List<Long> pids = List.of();

    @Spec
    private CommandSpec spec;

    MapCommand(final Path root, final Terminal terminal) {
        this.root = root;
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        final String format = image == null ? "" : image.toString().replaceFirst(".*\\.", "");
        if (image != null && !format.equals("svg") && !format.equals("png")) {
            throw new IllegalArgumentException("--out takes a file whose name ends in .svg or .png: " + image);
        }
        final PrintWriter out = spec.commandLine().getOut();
        final MemoryZones zones = MemoryZones.read(root);
        final PhysicalMap map = read(zones);
        if (image != null) {
            write(map, format);
        }
        final MapReport report = new MapReport(map, zones);
        if (json.wanted()) {
            out.println(Json.write(report.document()));
        } else if (image == null) {
            report.print(out, terminal);
        } else {
            out.println("written: " + image);
        }
        out.flush();
        return ExitStatus.OK;
    }

    private PhysicalMap read(final MemoryZones zones) {
        final long pageSize = MemoryCapabilities.probe().pageSize();
        final FrameSet ours = framesOf(pids, pageSize);
        final Path file = root.resolve("proc/kpageflags");
        final long end = zones.zones().stream().mapToLong(zone -> zone.first() + zone.spanned()).max().orElse(0);
        try (PageFlagsFile flags = new PageFlagsFile(file);
                Progress progress = new Progress(spec.commandLine().getErr(), terminal.progress(), "reading " + file)) {
            return flags.map(SystemRam.read(root, pageSize), zones.reserve(), ours, pageSize, frame -> progress.at(frame, end));
        } catch (final IOException e) {
            throw unreadable(file, e);
        }
    }

    /** Tells apart a kernel without the file from a user without the right. */
    static CommandFailure unreadable(final Path file, final IOException failure) {
        final boolean missing = failure instanceof NoSuchFileException;
        return new CommandFailure(missing ? ExitStatus.NEGATIVE : ExitStatus.NOT_PERMITTED, "can not draw physical memory",
                Refusal.of(file.toString(), FileErrors.inWords(failure), missing
                        ? "use a kernel with CONFIG_PROC_PAGE_MONITOR=y, and mount /proc" : "run as root: sudo java -jar ..."),
                failure);
    }

    private static FrameSet framesOf(final List<Long> pids, final long pageSize) {
        final List<Extent> extents = new ArrayList<>();
        for (final long pid : pids) {
            try (TracedProcess process = TracedProcess.open(pid)) {
                for (final MappedRegion region : process.mapsWithPresence().regions()) {
                    if (region.present() && region.inUserSpace()) {
                        extents.addAll(process.layout(new VirtualRange(region.start(), region.end())).extents());
                    }
                }
            }
        }
        return FrameSet.ofExtents(extents, pageSize);
    }

    private void write(final PhysicalMap map, final String format) {
        try {
            Files.write(image, format.equals("svg") ? SvgPicture.draw(map).getBytes(StandardCharsets.UTF_8)
                    : PngPicture.draw(map));
        } catch (final IOException e) {
            throw new CommandFailure(ExitStatus.NEGATIVE, "can not write " + image,
                    Refusal.of("file", FileErrors.inWords(e), "choose a folder that exists and may be written to"), e);
        } catch (final LinkageError e) {
            // A JVM without java.desktop, or without the fonts that it looks for when it starts to draw.
            throw new CommandFailure(ExitStatus.NEGATIVE, "can not draw " + image,
                    Refusal.of("java.desktop", e.toString(), "write a file that ends in .svg"), e);
        }
    }
}
