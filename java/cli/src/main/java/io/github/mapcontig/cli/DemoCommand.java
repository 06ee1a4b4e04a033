// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli;

import io.github.mapcontig.ContiguityProof;
import io.github.mapcontig.ContiguousBuffer;
import io.github.mapcontig.ContiguousMemory;
import io.github.mapcontig.ContiguousMemoryException;
import io.github.mapcontig.Extent;
import io.github.mapcontig.MemoryCapabilities;
import io.github.mapcontig.Source;
import io.github.mapcontig.cli.doctor.Finding;
import io.github.mapcontig.cli.text.Json;
import io.github.mapcontig.devices.edu.EduDevice;
import io.github.mapcontig.internal.libc.Linux;
import io.github.mapcontig.internal.platform.Sizes;
import java.io.PrintWriter;
import java.io.Writer;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code contig demo}. */
@Command(name = "demo",
        description = "Allocates contiguous memory from MAP_CONTIG, proves it, and lets a device confirm it.")
final class DemoCommand implements Callable<Integer> {
    private static final double NANOS_PER_MILLI = 1e6;
    /** A few pages may be neighbours by luck. */
    private static final long LEAST_CONTROL = 1 << 20;

    @Option(names = "--size", paramLabel = "SIZE", defaultValue = "64M",
            description = "How much to allocate, such as 64M (default: ${DEFAULT-VALUE}).")
    private ByteSize size;

    @Option(names = "--nvme", description = "Show an NVMe controller of QEMU's as well; what is on its disks is overwritten.")
    private boolean nvme;

    @Option(names = "--no-device", description = "Do without a device: only the page frame numbers are compared.")
    private boolean noDevice;

    @Mixin
    private JsonOption json;

    @Spec
    private CommandSpec spec;

    private Narration out;

    @Override
    public Integer call() {
        final PrintWriter terminal = spec.commandLine().getOut();
        out = new Narration(json.wanted() ? new PrintWriter(Writer.nullWriter()) : terminal);
        final MemoryCapabilities found = MemoryCapabilities.probe();
        out.title("1. What this machine can do");
        out.say("%s", DoctorCommand.machine(found));
        found.all().forEach(capability -> DoctorCommand.print(out.writer(), Finding.of(capability)));
        final long pageSize = found.pageSize();
        final long length = (size.bytes() + pageSize - 1) / pageSize * pageSize;
        final int status = found.mapContig().available() ? demonstrate(length) : showWhatTheFlagIsWorth(length);
        out.title("Summary");
        out.summarize();
        out.say(status == ExitStatus.OK ? "=> " + Sizes.exact(length) + " of physically contiguous memory, from Java: everything held"
                : status == ExitStatus.NO_MAP_CONTIG ? "=> no contiguous memory on this kernel, and nobody was fooled"
                : "=> something failed: see above");
        if (json.wanted()) {
            terminal.println(Json.write(Json.object("size", length, "exitStatus", status,
                    "summary", out.toJson())));
        }
        terminal.flush();
        return status;
    }

    private int demonstrate(final long length) {
        out.title("2. Ordinary memory, for comparison (negative control)");
        try (ScatteredMemory ordinary = new ScatteredMemory(Math.max(length, LEAST_CONTROL), 0)) {
            final ContiguityProof control = ordinary.prove();
            describe(control);
            out.conclude(!control.isContiguous(), "control: %s of ordinary memory are %s, and the proof notices",
                    Sizes.exact(control.length()), finding(control));

            out.title("3. " + Sizes.exact(length) + " from mmap(MAP_CONTIG)");
            final String reserveBefore = MemoryCapabilities.probe().reserve().detail();
            final long before = System.nanoTime();
            final ContiguousBuffer buffer = ContiguousMemory.request().size(length).sources(Source.MAP_CONTIG).allocate();
            final double millis = (System.nanoTime() - before) / NANOS_PER_MILLI;
            try (buffer) {
                out.say("allocated, zeroed and proved in %.1f ms, %s from %s", millis, Sizes.exact(buffer.size()), buffer.source());
                describe(buffer.proof());
                out.conclude(buffer.proof().isContiguous(), "all %,d pages follow each other in memory: physical %s",
                        buffer.proof().pages(), Sizes.range(buffer.physicalAddress(), buffer.size()));
                if (!noDevice) {
                    letDeviceCheck(buffer, ordinary, control);
                }
                final int moved = buffer.verify().movedSince(buffer.proof()).size();
                out.conclude(moved == 0, "proved again after use: %s", moved == 0 ? "no page has moved" : moved + " parts have moved");
                out.say("the reserve while the buffer is held: %s", MemoryCapabilities.probe().reserve().detail());
            }
            out.title("5. Freed");
            final String reserveAfter = MemoryCapabilities.probe().reserve().detail();
            out.conclude(reserveAfter.equals(reserveBefore), "closed: the reserve is as before (%s)", reserveAfter);
            out.say("using the buffer now: %s", useAfterClose(buffer));
        }
        if (nvme) {
            new NvmeDemo(out).show();
        }
        return out.held() ? ExitStatus.OK : ExitStatus.NEGATIVE;
    }

    private void letDeviceCheck(final ContiguousBuffer buffer, final ScatteredMemory ordinary, final ContiguityProof control) {
        if (IommuDemo.isNeeded()) {
            new IommuDemo(out, buffer).show();
            return;
        }
        out.title("4. A device checks it: addresses computed from the start of the buffer alone");
        int passed = 0;
        try (EduDevice device = EduDevice.open()) {
            out.say("QEMU edu %s at %s; %d! is %,d, it says", device.version(), device.device(), 10, device.factorial(10));
            device.checkReach(buffer, 0);
            final DmaCheck check = new DmaCheck(device, buffer);
            final List<DmaCheck.Place> places = DmaCheck.places(buffer.size(), buffer.pageSize());
            out.say("%-28s %12s %14s %6s  %s", "place", "offset", "physical", "bytes", "out and back");
            for (final DmaCheck.Place place : places) {
                final DmaCheck.Result result = check.check(place);
                out.say("%-28s %#12x %#14x %6d  %s", place.name(), place.offset(), result.physicalAddress(), place.length(),
                        result.passed() ? "equal, surroundings untouched"
                                : result.bytesAgree() ? "SURROUNDINGS CHANGED" : "BYTES DIFFER");
                passed += result.passed() ? 1 : 0;
            }
            out.conclude(passed == places.size(), "the device copied out and back at %d of %d places, across page boundaries", passed,
                    places.size());
            checkScatteredMemory(check, ordinary, control);
        }
    }

    private void checkScatteredMemory(final DmaCheck check, final ScatteredMemory ordinary,
                                      final ContiguityProof control) {
        if (control.isContiguous()) {
            return; // has failed already
        }
        final int right = check.bytesRightBehindBoundary(ordinary, control.extents());
        out.conclude(right == 0, "control: sent the same way into ordinary memory, the device got %d of 1024 bytes right behind the"
                + " first boundary", right);
    }

    private static String useAfterClose(final ContiguousBuffer buffer) {
        try {
            return "byte " + buffer.getByte(0);
        } catch (final IllegalStateException e) {
            return e.getMessage();
        }
    }

    /** On a kernel without MAP_CONTIG: the mmap succeeds, the proof does not. */
    private int showWhatTheFlagIsWorth(final long length) {
        out.title("2. What mmap(MAP_CONTIG) is worth here (negative control)");
        try (ScatteredMemory pretended = new ScatteredMemory(length, Linux.MAP_CONTIG)) {
            out.say("mmap(MAP_CONTIG) of %s returned 0x%x and no error", Sizes.exact(length), pretended.address());
            final ContiguityProof proof = pretended.prove();
            describe(proof);
            out.note("this kernel lacks MAP_CONTIG");
            out.note(proof.isContiguous() ? "the mmap succeeded, and this once the memory is even contiguous, by luck"
                    : "the mmap succeeded, but pagemap proves it " + finding(proof));
        }
        if (nvme) {
            out.say("an NVMe controller is not shown: its queues are to lie in memory from MAP_CONTIG");
        }
        out.title("3. What the library says to that");
        try (ContiguousBuffer buffer = ContiguousMemory.request().size(length).sources(Source.MAP_CONTIG).allocate()) {
            out.conclude(false, "the library was fooled: %s", buffer);
            return ExitStatus.NEGATIVE;
        } catch (final ContiguousMemoryException e) {
            e.getMessage().lines().forEach(line -> out.say("%s", line));
            out.note("the library was not fooled: it refused to allocate");
            return ExitStatus.NO_MAP_CONTIG;
        }
    }

    private void describe(final ContiguityProof proof) {
        final long end = proof.extents().stream().mapToLong(Extent::lastPhysicalAddress).max().orElse(0) + 1;
        out.say("/proc/self/pagemap: %,d of %,d pages present, %s", proof.presentPages(), proof.pages(), finding(proof));
        out.say("%s", MemoryPicture.ofThisMachine(end).draw(proof.extents()));
    }

    private static String finding(final ContiguityProof proof) {
        return proof.reason().orElseGet(() -> proof.isContiguous() ? "contiguous: 1 extent"
                : String.format(Locale.ROOT, "scattered over %,d extents", proof.extents().size()));
    }
}
