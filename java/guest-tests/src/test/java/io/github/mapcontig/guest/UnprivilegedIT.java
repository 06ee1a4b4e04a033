// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.guest;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mapcontig.Source;
import java.io.File;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** C4 as an ordinary user meets it, and what is left of the proof without CAP_SYS_ADMIN. */
@Tag("patched")
class UnprivilegedIT {
    private static final long MIB = 1 << 20;

    private static Path folder;
    private static String classPath;
    private static long reserveFree;

    /** The user can not read where the jars are (root's home), so gets copies. */
    @BeforeAll
    static void copyClassPath() throws IOException {
        reserveFree = Guest.reserveFree();
        folder = Files.createTempDirectory("unprivileged");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        final List<String> copies = new ArrayList<>();
        for (final String entry : Guest.classPath().split(File.pathSeparator)) {
            final Path from = Path.of(entry);
            if (Files.exists(from)) {
                final Path to = folder.resolve(copies.size() + "-" + from.getFileName());
                Files.walkFileTree(from, new Copier(from, to));
                copies.add(to.toString());
            }
        }
        classPath = String.join(File.pathSeparator, copies);
    }

    @AfterAll
    static void losesNothing() {
        assertThat(Guest.reserveFree()).isEqualTo(reserveFree);
    }

    @Test
    void shouldExplainThatNothingMayBeLocked() {
        final String output = run(0, MIB, "NONE");

        assertThat(output).contains("mapContig true", "EPERM (1", "may not lock memory at all",
                "RLIMIT_MEMLOCK soft 0 bytes, hard 0 bytes", "no CAP_IPC_LOCK", "LimitMEMLOCK=", "locked 0");
    }

    @Test
    void shouldExplainThatTheLimitIsTooLow() {
        final String output = run(8 * MIB, 64 * MIB, "NONE");

        assertThat(output).contains("EAGAIN (11", "64 MiB more would pass the limit", "RLIMIT_MEMLOCK soft 8 MiB, hard 8 MiB",
                "plus 65536 KiB", "locked 0");
    }

    @Test
    void shouldExplainThatNothingCanBeProved() {
        final String output = run(8 * MIB, 4 * MIB, "PFN");

        assertThat(output).contains("pfns false", "can not be proved contiguous", "CAP_SYS_ADMIN", ".proof(ProofLevel.NONE)",
                "locked 0").doesNotContain("allocated");
    }

    @Test
    void shouldGiveMemoryWithoutAddressesWhenAsked() {
        final String output = run(8 * MIB, 4 * MIB, "NONE");

        assertThat(output).contains("allocated 4194304, proof NONE", "no physical address", "locked 0");
    }

    @Test
    void shouldProveWhatLiesWithinAHugePage() {
        final String output = run(8 * MIB, 2 * MIB, "HUGE_PAGE");

        assertThat(output).contains("pfns false", "allocated 2097152, proof HUGE_PAGE", "no physical address", "locked 0");
    }

    @Test
    void shouldProveAHugePageOfThePool() {
        try (HugePages pool = new HugePages(4)) {
            final String output = run(0, MIB, "HUGE_PAGE", Source.HUGETLB);

            assertThat(output).contains("allocated 1048576, proof HUGE_PAGE", "no physical address");
            assertThat(pool.free()).isEqualTo(4);
        }
    }

    @Test
    void shouldExplainThatNeighborsCanNotBeFound() {
        try (HugePages pool = new HugePages(4)) {
            final String output = run(0, 4 * MIB, "NONE", Source.HUGETLB);

            assertThat(output).contains("which of the pool's pages of 2 MiB are neighbors", "CAP_SYS_ADMIN");
            assertThat(pool.free()).isEqualTo(4);
        }
    }

    private static String run(final long limit, final long size, final String proof) {
        return run(limit, size, proof, Source.MAP_CONTIG);
    }

    private static String run(final long limit, final long size, final String proof, final Source source) {
        final List<String> command = new ArrayList<>(List.of("prlimit", "--memlock=" + limit + ":" + limit,
                "setpriv", "--reuid=1000", "--regid=1000", "--clear-groups", "--inh-caps=-all"));
        command.addAll(Guest.java(classPath, UnprivilegedProgram.class,
                List.of("-Djava.io.tmpdir=" + folder, "-Duser.home=" + folder),
                List.of(Long.toString(size), proof, source.name())));
        final Guest.Outcome outcome = Guest.run(command);
        assertThat(outcome.status()).as(outcome.output()).isZero();
        return outcome.output();
    }

    /** Copies a tree and lets everybody read it. */
    private static final class Copier extends SimpleFileVisitor<Path> {
        private final Path from;
        private final Path to;

        Copier(final Path from, final Path to) {
            this.from = from;
            this.to = to;
        }

        @Override
        public FileVisitResult preVisitDirectory(final Path directory, final BasicFileAttributes attributes) throws IOException {
            final Path copy = Files.createDirectories(target(directory));
            Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rwxr-xr-x"));
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(final Path file, final BasicFileAttributes attributes) throws IOException {
            final Path copy = Files.copy(file, target(file));
            Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rw-r--r--"));
            return FileVisitResult.CONTINUE;
        }

        private Path target(final Path path) {
            return path.equals(from) ? to : to.resolve(from.relativize(path).toString());
        }
    }
}
