// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.internal.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;

class FileErrorsTest {
    @Test
    void shouldNameNoExceptionWhereThereAreWords() {
        assertThat(FileErrors.inWords(new AccessDeniedException("/proc/1/pagemap"))).isEqualTo("not permitted");
        assertThat(FileErrors.inWords(new NoSuchFileException("/proc/1/pagemap"))).isEqualTo("there is no such file");
        assertThat(FileErrors.inWords(new FileSystemException("/proc/1/maps", null, "Operation not permitted")))
                .isEqualTo("Operation not permitted");
        assertThat(FileErrors.inWords(new IOException("Input/output error"))).isEqualTo("Input/output error");
        assertThat(FileErrors.inWords(new EOFException())).isEqualTo("EOFException");
    }
}
