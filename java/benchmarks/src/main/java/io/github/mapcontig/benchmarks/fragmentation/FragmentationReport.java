// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.benchmarks.fragmentation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * Writes report.md and its pictures into the folder of a run of {@code vagrant/vm bench}. The exit status is 1 if the folder has
 * no measurements, or if an allocator gave memory as contiguous that is not.
 */
public final class FragmentationReport {
    private FragmentationReport() {
    }

    /**
     * Reads and writes.
     *
     * @param args the folder of the run, and perhaps that of another, with which it is compared
     * @throws IOException if a file can not be read or written
     */
    public static void main(final String[] args) throws IOException {
        if (args.length != 1 && args.length != 2) {
            System.err.println("usage: FragmentationReport FOLDER [OTHER]");
            System.exit(2);
        }
        if (!write(Path.of(args[0]), Arrays.stream(args).skip(1).map(Path::of).findFirst())) {
            System.err.println("an allocator gave memory as contiguous that is not: see report.md");
            System.exit(1);
        }
    }

    /** Returns false if something that was promised as contiguous was not. */
    static boolean write(final Path run, final Optional<Path> other) throws IOException {
        final Measurements measurements = Measurements.read(run);
        final Optional<Repeat> repeat = other.isEmpty() ? Optional.empty()
                : Optional.of(Repeat.of(measurements, other.get().getFileName().toString(), Measurements.read(other.get())));
        final Page page = new Page(measurements, Machine.read(run), repeat);
        Files.writeString(run.resolve("report.md"), page.text(new Charts(measurements, run).draw()));
        return measurements.measured().stream().allMatch(cell -> cell.lies() == 0);
    }
}
