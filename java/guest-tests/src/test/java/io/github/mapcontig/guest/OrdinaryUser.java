// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.guest;

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

/** User 1000, without capabilities, who runs programs. */
final class OrdinaryUser {
    static final int ID = 1000;

    private final Path folder;
    private final String classPath;

    /** Copies the class path: the user can not read where the jars are, in root's home. */
    OrdinaryUser() throws IOException {
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

    /** Runs a class in a JVM of its own, which may lock so many bytes. */
    Guest.Outcome run(final long lockLimit, final Class<?> program, final String... arguments) {
        final List<String> command = new ArrayList<>(List.of("prlimit", "--memlock=" + lockLimit + ":" + lockLimit,
                "setpriv", "--reuid=" + ID, "--regid=" + ID, "--clear-groups", "--inh-caps=-all"));
        command.addAll(Guest.java(classPath, program, List.of("-Djava.io.tmpdir=" + folder, "-Duser.home=" + folder),
                List.of(arguments)));
        return Guest.run(command);
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
