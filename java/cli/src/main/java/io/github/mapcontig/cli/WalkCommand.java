// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli;

import io.github.mapcontig.ContiguousBuffer;
import io.github.mapcontig.ContiguousMemory;
import io.github.mapcontig.MemoryCapabilities;
import io.github.mapcontig.Source;
import io.github.mapcontig.cli.BoundaryWalk.Verdict;
import io.github.mapcontig.cli.text.Json;
import io.github.mapcontig.devices.edu.EduDevice;
import io.github.mapcontig.devices.pci.DeviceException;
import io.github.mapcontig.devices.pci.PciDevice;
import io.github.mapcontig.internal.platform.Sizes;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code contig walk}. */
@Command(name = "walk",
        description = "Lets all edu devices of a QEMU guest follow one base address across every page boundary of a buffer, and"
            + " compares what came through. A transfer takes 0.1 s, a boundary two: with 16 devices, 64 MiB take 3.5 minutes."
            + " The exit status is 0 if all are crossed, 1 if other memory was met.")
final class WalkCommand implements Callable<Integer> {
    /** A few pages may be neighbors by luck. */
    private static final long LEAST_BYTES = 1 << 20;
    private static final long MOST_BYTES = 1L << 30;

    private final Terminal terminal;

    @Option(names = "--size", paramLabel = "SIZE", defaultValue = "64M",
            description = "How much to walk over, 1 MiB to 1 GiB (default: ${DEFAULT-VALUE}).")
    private ByteSize size;

    @Option(names = "--scattered", description = "Walk over ordinary memory as if it were contiguous: the control, which must"
            + " find that it is not. The device only reads that memory.")
    private boolean scattered;

    @Mixin
    private JsonOption json;

    @Spec
    private CommandSpec spec;

    WalkCommand(final Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        if (size.bytes() < LEAST_BYTES || size.bytes() > MOST_BYTES) {
            throw new IllegalArgumentException("walk takes 1 MiB to 1 GiB: " + Sizes.exact(size.bytes()));
        }
        final List<EduDevice> devices = new ArrayList<>();
        try (StopSignal stop = StopSignal.install()) {
            for (final PciDevice device : PciDevice.find(EduDevice.VENDOR, EduDevice.DEVICE)) {
                devices.add(EduDevice.open(device));
            }
            if (devices.isEmpty()) {
                throw new DeviceException("there is no edu device (PCI 1234:11e8): in this project, vagrant/vm run --device edu"
                        + " starts a guest with one, and with each --device edu one more");
            }
            final Verdict verdict = scattered ? overScattered(devices, stop) : overContiguous(devices, stop);
            report(verdict, devices.size());
            return stop.finish(verdict.contiguous() ? ExitStatus.OK : ExitStatus.NEGATIVE);
        } finally {
            devices.forEach(EduDevice::close);
        }
    }

    private Verdict overContiguous(final List<EduDevice> devices, final StopSignal stop) {
        try (ContiguousBuffer buffer = ContiguousMemory.request().size(size.bytes()).pinned(true)
                .sources(Source.MAP_CONTIG, Source.HUGETLB).allocate()) {
            devices.forEach(device -> device.checkReach(buffer, buffer.size() - Long.BYTES));
            return walk(buffer.size(), devices.stream().map(device -> roundTrips(device, buffer)).toList(), stop);
        }
    }

    /** Out of the buffer across a boundary, and back across the same one. */
    private static BoundaryWalk.Lane roundTrips(final EduDevice device, final ContiguousBuffer buffer) {
        final DmaCheck check = new DmaCheck(device, buffer);
        return boundary -> check.check(new DmaCheck.Place("page boundary", boundary - BoundaryWalk.HALF, 2 * BoundaryWalk.HALF))
                .passed();
    }

    private Verdict overScattered(final List<EduDevice> devices, final StopSignal stop) {
        try (ScatteredMemory memory = new ScatteredMemory(size.bytes(), 0);
             ContiguousBuffer landing = ContiguousMemory.allocate(2L * BoundaryWalk.HALF * devices.size())) {
            final long base = memory.prove().extents().get(0).physicalAddress();
            final List<ScatteredLane> lanes = new ArrayList<>();
            for (final EduDevice device : devices) {
                device.checkReach(landing, 0);
                lanes.add(new ScatteredLane(device, memory, base, landing, lanes.size() * 2L * BoundaryWalk.HALF));
            }
            return walk(size.bytes(), lanes, stop);
        }
    }

    private Verdict walk(final long length, final List<? extends BoundaryWalk.Lane> lanes, final StopSignal stop) {
        try (Progress progress = new Progress(spec.commandLine().getErr(), terminal.progress(), "crossing page boundaries")) {
            return new BoundaryWalk(length, MemoryCapabilities.probe().pageSize()).walk(lanes, progress, stop);
        }
    }

    private void report(final Verdict verdict, final int devices) {
        final PrintWriter out = spec.commandLine().getOut();
        if (json.wanted()) {
            out.println(Json.write(Json.object("size", size.bytes(), "scattered", scattered, "devices", devices,
                    "contiguous", verdict.contiguous(), "boundaries", verdict.boundaries(), "crossed", verdict.done(),
                    "wrong", verdict.wrong(), "firstWrong", verdict.firstWrong().isPresent()
                            ? Json.address(verdict.firstWrong().getAsLong()) : null)));
        } else {
            out.println(words(verdict, devices));
        }
        out.flush();
    }

    static String words(final Verdict verdict, final int devices) {
        final String by = devices == 1 ? "one device" : devices + " devices";
        if (verdict.wrong() > 0) {
            return String.format(Locale.ROOT, "not contiguous: %s met other memory behind %,d of %,d page boundaries, first at"
                    + " offset 0x%x", by, verdict.wrong(), verdict.done(), verdict.firstWrong().orElseThrow());
        }
        return String.format(Locale.ROOT, "%s: %s crossed %,d of %,d page boundaries, each address computed from the start"
                + " alone", verdict.contiguous() ? "contiguous" : "stopped", by, verdict.done(), verdict.boundaries());
    }
}
