// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli.memory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where there is RAM: /proc/iomem. The flags of a page frame in a hole may look like those of a page of the kernel. */
public final class SystemRam {
    private static final int HEX = 16;
    private static final Pattern RAM = Pattern.compile("\\s*([0-9a-f]+)-([0-9a-f]+) : System RAM.*");

    private SystemRam() {
    }

    /**
     * Reads it.
     *
     * @param root     folder with proc in it
     * @param pageSize bytes in a page
     * @return the page frames of RAM; empty if the file can not be read, or hides addresses, which it does without root
     */
    public static Optional<FrameSet> read(final Path root, final long pageSize) {
        final List<FrameSet.Run> runs = new ArrayList<>();
        try {
            for (final String line : Files.readAllLines(root.resolve("proc/iomem"))) {
                final Matcher ram = RAM.matcher(line);
                if (ram.matches()) {
                    runs.add(new FrameSet.Run(Long.parseLong(ram.group(1), HEX) / pageSize,
                            (Long.parseLong(ram.group(2), HEX) + 1) / pageSize));
                }
            }
        } catch (final IOException e) {
            return Optional.empty();
        }
        runs.removeIf(run -> run.first() >= run.end());
        return runs.isEmpty() ? Optional.empty() : Optional.of(FrameSet.of(runs));
    }
}
