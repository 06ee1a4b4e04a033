// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli;

import io.github.mapcontig.AllocationRequest;
import io.github.mapcontig.ContiguityProof;
import io.github.mapcontig.ContiguousBuffer;
import io.github.mapcontig.ContiguousMemoryException;
import io.github.mapcontig.Extent;
import io.github.mapcontig.MemoryCapabilities;
import io.github.mapcontig.ProofLevel;
import io.github.mapcontig.Source;
import io.github.mapcontig.cli.text.Json;
import io.github.mapcontig.internal.platform.Sizes;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code contig alloc}. */
@Command(name = "alloc",
        description = "Allocates contiguous memory, verifies it and tells where it lies. With --hold it keeps the memory, and"
            + " tells each second what moved; Ctrl-C or SIGTERM free it.")
final class AllocCommand implements Callable<Integer> {
    private static final double NANOS_PER_MILLI = 1e6;

    @Mixin
    private JsonOption json;

    @Mixin
    private RequestOptions options;

    @Option(names = "--fill", description = "Write a pattern over all of it, and read it back.")
    private boolean fill;

    @Option(names = "--hold", arity = "0..1", fallbackValue = "0", paramLabel = "SECONDS",
            description = "Keep it that long, or until Ctrl-C or SIGTERM.")
    private Long seconds;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (seconds != null && seconds < 0) {
            throw new IllegalArgumentException("--hold takes a number of seconds of 0 or more: " + seconds);
        }
        final PrintWriter out = spec.commandLine().getOut();
        try (StopSignal stop = StopSignal.install()) {
            final int status;
            final long before = System.nanoTime();
            try (ContiguousBuffer buffer = allocate()) {
                final double millis = (System.nanoTime() - before) / NANOS_PER_MILLI;
                final boolean filled = !fill || Pattern.writeAndCheck(buffer);
                print(out, buffer, millis, filled);
                final boolean held = seconds == null || hold(stop, buffer);
                status = filled && held ? ExitStatus.OK : ExitStatus.NEGATIVE;
            }
            if (seconds != null && !json.wanted()) {
                out.println("freed");
            }
            out.flush();
            return stop.finish(status);
        }
    }

    private ContiguousBuffer allocate() {
        try {
            return options.request().allocate();
        } catch (final ContiguousMemoryException e) {
            throw new CommandFailure(statusOf(e), e);
        }
    }

    /** Tells what would have to change: the kernel, the rights, or the request. */
    private static int statusOf(final ContiguousMemoryException failure) {
        if (failure.request().isEmpty()) {
            return ExitStatus.NEGATIVE; // this platform is not supported at all
        }
        final AllocationRequest asked = failure.request().get();
        final MemoryCapabilities found = MemoryCapabilities.probe();
        if (asked.sources().equals(List.of(Source.MAP_CONTIG)) && !found.mapContig().available()) {
            return ExitStatus.NO_MAP_CONTIG;
        }
        return asked.proof() == ProofLevel.PFN && !found.pfns().available() ? ExitStatus.NOT_PERMITTED : ExitStatus.NEGATIVE;
    }

    private void print(final PrintWriter out, final ContiguousBuffer buffer, final double millis, final boolean filled) {
        if (json.wanted()) {
            out.println(Json.write(document(buffer, millis, filled)));
        } else {
            out.printf("%s from %s in %.1f ms, at %s in process %d%n", Sizes.exact(buffer.size()), buffer.source(), millis,
                    Json.address(buffer.address()), ProcessHandle.current().pid());
            out.println("proof " + buffer.proof().level() + ": " + buffer.proof() + "; pinning: " + buffer.proof().pinning());
            buffer.proof().extents().forEach(extent -> out.println("   " + extent));
            if (fill) {
                out.println(filled ? "filled, and read back as written" : "FAILED: not read back as written");
            }
        }
        out.flush();
    }

    /** Returns whether all stayed where it was. */
    private boolean hold(final StopSignal stop, final ContiguousBuffer buffer) {
        // The document is complete, so that a script can go on while the memory is held: what happens now goes elsewhere.
        final PrintWriter log = json.wanted() ? spec.commandLine().getErr() : spec.commandLine().getOut();
        log.println("held " + (seconds == 0 ? "until Ctrl-C or SIGTERM" : "for " + seconds + " s"));
        log.flush();
        final List<Extent> first = buffer.proof().extents();
        final MoveLog moves = new MoveLog(Clock.systemUTC(), log, first, buffer.size());
        moves.watch(stop, seconds, () -> buffer.verify().extents());
        log.println(moves.movedBytes() > 0 ? Sizes.exact(moves.movedBytes()) + " moved"
                : first.isEmpty() ? "nothing is known of moves: the proof has no page frame numbers" : "nothing moved");
        return moves.movedBytes() == 0;
    }

    private Map<String, Object> document(final ContiguousBuffer buffer, final double millis, final boolean filled) {
        final ContiguityProof taken = buffer.proof();
        return Json.object("pid", ProcessHandle.current().pid(), "source", buffer.source(), "size", buffer.size(),
                "address", Json.address(buffer.address()), "addressKind", buffer.addressKind(), "milliseconds", millis,
                "proof", Json.object("level", taken.level(), "contiguous", taken.isContiguous(), "reason", taken.reason(),
                        "pages", taken.pages(), "presentPages", taken.presentPages(), "pinning", taken.pinning()),
                "extents", Layouts.document(taken.extents()), "filled", fill ? filled : null);
    }
}
