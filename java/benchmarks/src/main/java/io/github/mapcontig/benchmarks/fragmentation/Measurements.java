// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.benchmarks.fragmentation;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;

/** All that one run has written: a folder for each state, with the files of {@code measure}. */
final class Measurements {
    private static final CSVFormat FORMAT = CSVFormat.DEFAULT.builder().setHeader().setSkipHeaderRecord(true).get();

    private final List<Path> folders;
    private final List<Cell> cells = new ArrayList<>();
    private final List<Failure> failures = new ArrayList<>();

    private Measurements(final List<Path> folders) {
        this.folders = folders;
    }

    /**
     * Reads the summaries and the failures.
     *
     * @param run folder of the run; the states come in the order in which they were measured
     * @throws NoSuchFileException if there is no summary in any folder of it
     */
    static Measurements read(final Path run) throws IOException {
        final List<Path> folders = new ArrayList<>();
        try (Stream<Path> all = Files.list(run)) {
            all.filter(folder -> Files.exists(folder.resolve("summary.csv"))).forEach(folders::add);
        }
        if (folders.isEmpty()) {
            throw new NoSuchFileException(run + "/*/summary.csv: measure has written nothing there");
        }
        final List<String> order = Files.exists(run.resolve(Machine.FILE)) ? Machine.read(run).states() : List.of();
        folders.sort((a, b) -> Integer.compare(place(order, a), place(order, b)));
        final Measurements measurements = new Measurements(folders);
        for (final Path folder : folders) {
            measurements.records(folder, "summary.csv").map(Cell::of).forEach(measurements.cells::add);
            measurements.records(folder, "blockers.csv").map(Failure::new).forEach(measurements.failures::add);
        }
        return measurements;
    }

    private static int place(final List<String> order, final Path folder) {
        final int place = order.indexOf(folder.getFileName().toString());
        return place < 0 ? order.size() : place;
    }

    /** Those that were measured, in order. */
    List<Cell> measured() {
        return cells.stream().filter(Cell::isMeasured).toList();
    }

    /** Those that could not be measured, with the reason. */
    List<Cell> leftOut() {
        return cells.stream().filter(cell -> !cell.isMeasured()).toList();
    }

    /** The attempts of the search that found nothing. */
    List<Failure> failures() {
        return List.copyOf(failures);
    }

    /** States in which at least one cell was measured, in order. */
    List<String> states() {
        return measured().stream().map(Cell::state).distinct().toList();
    }

    /** The measured cell of that kind, if there is one. */
    Optional<Cell> cell(final String state, final String allocator, final long size) {
        return measured().stream().filter(cell -> cell.state().equals(state) && cell.allocator().equals(allocator) && cell.size() == size)
                .findFirst();
    }

    /** Lines of that file of all states: {@code attempts.csv} or {@code states.csv}. */
    List<CSVRecord> lines(final String file) throws IOException {
        final List<CSVRecord> lines = new ArrayList<>();
        for (final Path folder : folders) {
            records(folder, file).forEach(lines::add);
        }
        return lines;
    }

    private Stream<CSVRecord> records(final Path folder, final String file) throws IOException {
        try (Reader reader = Files.newBufferedReader(folder.resolve(file))) {
            return FORMAT.parse(reader).getRecords().stream();
        }
    }
}
