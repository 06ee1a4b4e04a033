// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli;

import io.github.mapcontig.ContiguousMemoryException;
import io.github.mapcontig.Pagemap;
import io.github.mapcontig.PagemapEntry;
import io.github.mapcontig.PhysicalLayout;
import io.github.mapcontig.Refusal;
import io.github.mapcontig.cli.memory.ProcessMaps;
import io.github.mapcontig.cli.memory.VirtualRange;
import io.github.mapcontig.internal.platform.FileErrors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;

/** Another process, as /proc shows it. Tells apart "there is none", "not permitted" and "it ended meanwhile". */
final class TracedProcess implements AutoCloseable {
    private static final String HIDDEN_REMEDY = "run with CAP_SYS_ADMIN in the initial user namespace, such as:"
            + " sudo java -jar ...";

    private final long pid;
    private final Path folder;
    private final Pagemap pagemap;

    private TracedProcess(final long pid, final Path folder) {
        this.pid = pid;
        this.folder = folder;
        if (!Files.isDirectory(folder)) {
            throw gone(null);
        }
        this.pagemap = asking(() -> Pagemap.of(pid));
    }

    static TracedProcess open(final long pid) {
        if (pid <= 0) {
            throw new IllegalArgumentException("a process id is greater than 0: " + pid);
        }
        return new TracedProcess(pid, Path.of("/proc", Long.toString(pid)));
    }

    ProcessMaps maps() {
        return maps(ProcessMaps::read);
    }

    ProcessMaps mapsWithPresence() {
        return maps(ProcessMaps::readWithPresence);
    }

    long pageSize() {
        return pagemap.pageSize();
    }

    PagemapEntry entry(final long address) {
        return asking(() -> pagemap.entry(address));
    }

    /** The layout of whole pages. */
    PhysicalLayout layout(final VirtualRange range) {
        return asking(() -> pagemap.layout(range.start(), range.length()));
    }

    /**
     * Says that page frame numbers are kept back.
     *
     * @param what what was asked
     * @return to be thrown
     */
    CommandFailure hidden(final String what) {
        return new CommandFailure(ExitStatus.NOT_PERMITTED, what, Refusal.of("/proc/" + pid + "/pagemap",
                "the kernel hides page frame numbers from this process", HIDDEN_REMEDY), null);
    }

    @Override
    public void close() {
        pagemap.close();
    }

    private interface Reader {
        ProcessMaps read(Path process) throws IOException;
    }

    private ProcessMaps maps(final Reader reader) {
        try {
            return reader.read(folder);
        } catch (final IOException e) {
            throw explain(e);
        }
    }

    private <T> T asking(final Supplier<T> question) {
        try {
            return question.get();
        } catch (final ContiguousMemoryException e) {
            throw explain(e.getCause() instanceof IOException cause ? cause : e);
        }
    }

    private RuntimeException explain(final Exception failure) {
        if (!Files.isDirectory(folder)) {
            return gone(failure);
        }
        if (!(failure instanceof IOException refused)) {
            return (RuntimeException) failure;
        }
        // What is left is EACCES or EPERM, and ESRCH of a process that has ended and was not waited for.
        final boolean ended = String.valueOf(failure.getMessage()).contains("No such process");
        return ended ? gone(failure) : new CommandFailure(ExitStatus.NOT_PERMITTED, "can not look into process " + pid,
                Refusal.of(folder.toString(), FileErrors.inWords(refused),
                        "run as root, or with CAP_SYS_PTRACE: sudo java -jar ..."), failure);
    }

    private CommandFailure gone(final Exception cause) {
        return new CommandFailure(ExitStatus.NO_SUCH_PROCESS, "there is no process " + pid,
                Refusal.of(folder.toString(), "it does not exist, or has ended", "look for it: pgrep -af NAME"), cause);
    }
}
