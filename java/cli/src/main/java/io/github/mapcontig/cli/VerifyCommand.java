// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli;

import io.github.mapcontig.Extent;
import io.github.mapcontig.PhysicalLayout;
import io.github.mapcontig.cli.memory.VirtualRange;
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
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code contig verify}. */
@Command(name = "verify",
        description = "Tells whether memory of a process is physically contiguous, by its exit status too: 0 if it is (and, with"
            + " --watch, if nothing moved), 1 if not.")
final class VerifyCommand implements Callable<Integer> {
    @Mixin
    private JsonOption json;

    @Parameters(index = "0", paramLabel = "PID", description = "The process.")
    private long pid;

    @Parameters(index = "1", paramLabel = "ADDRESS[+LENGTH]",
            description = "What to look at; an address alone means the rest of its mapping. ADDRESS-END works too.")
    private AddressRange range;

    @Option(names = "--watch", arity = "0..1", fallbackValue = "0", paramLabel = "SECONDS",
            description = "Look again each second and tell what moved, for that long or until Ctrl-C.")
    private Long seconds;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (seconds != null && seconds < 0) {
            throw new IllegalArgumentException("--watch takes a number of seconds of 0 or more: " + seconds);
        }
        final PrintWriter out = spec.commandLine().getOut();
        try (StopSignal stop = StopSignal.install(); TracedProcess process = TracedProcess.open(pid)) {
            final VirtualRange pages = range.resolve(process.maps(), process.pageSize());
            final PhysicalLayout first = read(process, pages);
            final PrintWriter log = json.wanted() ? spec.commandLine().getErr() : out;
            log.println(words(first));
            log.flush();
            final MoveLog moves = new MoveLog(Clock.systemUTC(), log, first.extents(), first.length());
            if (seconds != null) {
                moves.watch(stop, seconds, () -> read(process, pages).extents());
            }
            final PhysicalLayout last = seconds == null ? first : read(process, pages);
            moves.compare(last.extents());
            if (json.wanted()) {
                out.println(Json.write(document(last, moves)));
            } else if (seconds != null) {
                out.println(moves.movedBytes() == 0 ? "nothing moved" : Sizes.exact(moves.movedBytes()) + " moved");
            }
            out.flush();
            return stop.finish(last.isContiguous() && moves.movedBytes() == 0 ? ExitStatus.OK : ExitStatus.NEGATIVE);
        }
    }

    private PhysicalLayout read(final TracedProcess process, final VirtualRange pages) {
        final PhysicalLayout layout = process.layout(pages);
        if (layout.hiddenPages() > 0) {
            throw process.hidden("can not tell whether " + Sizes.range(pages.start(), pages.length()) + " is contiguous");
        }
        return layout;
    }

    private static String words(final PhysicalLayout layout) {
        final String where = Sizes.exact(layout.length()) + " at " + Json.address(layout.address());
        if (layout.isContiguous()) {
            return where + ": contiguous, physical " + Sizes.range(layout.extents().get(0).physicalAddress(), layout.length());
        }
        return where + ": not contiguous, " + layout.extents().size() + " extents, the largest of "
                + Sizes.exact(layout.extents().stream().mapToLong(Extent::length).max().orElse(0)) + "; " + layout.presentPages()
                + " of " + layout.pages() + " pages present" + (layout.swappedPages() == 0 ? ""
                : ", " + layout.swappedPages() + " swapped out or migrating");
    }

    private Map<String, Object> document(final PhysicalLayout layout, final MoveLog moves) {
        final List<Map<String, Object>> extents = Layouts.document(layout.extents());
        return Json.object("pid", pid, "address", Json.address(layout.address()), "length", layout.length(),
                "contiguous", layout.isContiguous(), "pages", layout.pages(), "presentPages", layout.presentPages(),
                "swappedPages", layout.swappedPages(), "extents", extents, "movedBytes", moves.movedBytes(),
                "moves", moves.events());
    }
}
