// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli.doctor;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Reads what checks look at. What can not be read is not there.
 *
 * @param root     folder with proc, sys and dev in it; {@code /} except in tests
 * @param pageSize bytes in a page
 */
record SystemFiles(Path root, long pageSize) {
    /** The content of a file without blanks around it. */
    Optional<String> text(final String file) {
        try {
            return Optional.of(Files.readString(root.resolve(file)).strip());
        } catch (final IOException e) {
            return Optional.empty();
        }
    }

    /** A number in a file, 0 if there is none. */
    long number(final String file) {
        return text(file).filter(text -> text.matches("\\d{1,18}")).map(Long::valueOf).orElse(0L);
    }

    /** The word in brackets, of a setting such as {@code always [madvise] never}. */
    Optional<String> chosen(final String file) {
        return text(file).filter(text -> text.contains("[") && text.contains("]"))
                .map(text -> text.substring(text.indexOf('[') + 1, text.indexOf(']')));
    }

    /** Names in a folder, sorted; none if there is no such folder. */
    List<String> names(final String folder, final String glob) {
        final List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> children = Files.newDirectoryStream(root.resolve(folder), glob)) {
            children.forEach(child -> names.add(child.getFileName().toString()));
        } catch (final IOException e) {
            return List.of();
        }
        Collections.sort(names);
        return names;
    }

    boolean readable(final String file) {
        return Files.isReadable(root.resolve(file));
    }

    boolean readableAndWritable(final String file) {
        return readable(file) && Files.isWritable(root.resolve(file));
    }
}
