// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.internal.platform;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Says what went wrong with a file, to people who do not know the names of Java's exceptions. */
public final class FileErrors {
    private FileErrors() {
    }

    /**
     * What happened.
     *
     * @param failure of a file
     * @return in words, without the name of the file
     */
    public static String inWords(final IOException failure) {
        if (failure instanceof AccessDeniedException) {
            return "not permitted";
        }
        if (failure instanceof NoSuchFileException) {
            return "there is no such file";
        }
        // The message of these is the file's name, with or without a reason behind it
        if (failure instanceof FileSystemException other && other.getReason() != null) {
            return other.getReason();
        }
        return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
    }
}
