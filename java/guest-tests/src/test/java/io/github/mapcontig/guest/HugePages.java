// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.guest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The guest's pool of huge pages of 2 MiB, filled for as long as it is open. */
final class HugePages implements AutoCloseable {
    private static final int TURNS = 50;
    private static final Path POOL = Path.of("/sys/kernel/mm/hugepages/hugepages-2048kB");

    HugePages(final int pages) {
        // The kernel gives up at the first 2 MiB that it does not get easily
        for (int turn = 0; turn < TURNS && number("nr_hugepages") != pages; turn++) {
            fill(pages);
            if (number("nr_hugepages") != pages) {
                Guest.compactMemory();
            }
        }
        if (number("nr_hugepages") != pages) {
            fill(0);
            throw new AssertionError("no " + pages + " huge pages are to be had");
        }
    }

    long free() {
        return number("free_hugepages");
    }

    /** Gives back those that nobody uses, down to a number. */
    void shrink(final int pages) {
        fill(pages);
    }

    private static void fill(final int pages) {
        try {
            Files.writeString(POOL.resolve("nr_hugepages"), Integer.toString(pages));
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long number(final String file) {
        try {
            return Long.parseLong(Files.readString(POOL.resolve(file)).strip());
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        fill(0);
    }
}
