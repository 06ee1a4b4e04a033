// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

import io.github.mapcontig.internal.libc.JnaShims;
import io.github.mapcontig.internal.platform.Platform;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.LongUnaryOperator;

/**
 * A machine whose kernel has MAP_CONTIG, imagined in a folder: /proc and /sys are files there, pagemap is a sparse file in
 * which each mapping is written down as contiguous. Tests change what they are about.
 */
final class FakeMachine {
    /** Where the first page of each mapping lies. */
    static final long FIRST_PFN = 0x140000;

    final FakeLibC libC = new FakeLibC();
    final Environment environment;
    /** The pagemap word of page i of a mapping. */
    LongUnaryOperator word = FakeMachine::contiguousWord;

    private final Path root;
    private final Path pagemap;

    FakeMachine(final Path root) {
        this(root, new Platform("Linux", "amd64"));
    }

    FakeMachine(final Path root, final Platform platform) {
        this.root = root;
        this.pagemap = root.resolve("proc/self/pagemap");
        write("proc/meminfo", "MemTotal:       16777216 kB\nMemFree:        1 kB\nMemAvailable:   8388608 kB\n");
        write("proc/self/status", "Name:\tjava\nVmLck:\t    1024 kB\nCapEff:\t0000000000000000\n");
        write("proc/sys/kernel/osrelease", "6.12.0-test\n");
        write("sys/kernel/mm/map_contig/abi", "1\n");
        write("sys/kernel/mm/map_contig/node0/reserve_bytes", "536870912\n");
        write("sys/kernel/mm/map_contig/node0/reserve_free_bytes", "134217728\n");
        write("proc/self/pagemap", "");
        libC.onMapped = this::recordMapping;
        environment = new Environment(platform, libC, new JnaShims(), root, pagemap);
    }

    static long contiguousWord(final long page) {
        return PagemapEntry.PRESENT | FIRST_PFN + page;
    }

    AllocationRequest.Builder request() {
        return new AllocationRequest.Builder(new Allocator(() -> environment));
    }

    void write(final String file, final String content) {
        try {
            final Path path = root.resolve(file);
            Files.createDirectories(path.getParent());
            Files.writeString(path, content);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void delete(final String file) {
        try {
            Files.delete(root.resolve(file));
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes the pagemap words of a range anew. */
    void recordMapping(final long address, final long length) {
        final long pageSize = environment.pageSize();
        final int pages = Math.toIntExact(length / pageSize);
        final ByteBuffer words = ByteBuffer.allocate(pages * Long.BYTES).order(ByteOrder.nativeOrder());
        for (int page = 0; page < pages; page++) {
            words.putLong(word.applyAsLong(page));
        }
        words.flip();
        try (FileChannel channel = FileChannel.open(pagemap, StandardOpenOption.WRITE)) {
            channel.write(words, address / pageSize * Long.BYTES);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
