// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.mapcontig.internal.platform.Platform;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.function.LongUnaryOperator;

/**
 * A machine whose kernel has MAP_CONTIG, imagined in a folder: /dev, /proc and /sys are files there, pagemap is a sparse file in
 * which each mapping is written down as contiguous, or as its huge pages lie. Tests change what they are about.
 */
final class FakeMachine {
    /** Where the first page of each mapping lies. */
    static final long FIRST_PFN = 0x140000;

    final FakeLibC libC = new FakeLibC();
    final FakeShims shims = new FakeShims(libC);
    final Environment environment;
    /** The pagemap word of page i of a mapping. */
    LongUnaryOperator word = FakeMachine::contiguousWord;
    /** Whether page frame numbers of huge pages read as 0. */
    boolean hidden;

    private final Path root;
    private final Path pagemap;

    FakeMachine(final Path root) {
        this(root, new Platform("Linux", "amd64"));
    }

    FakeMachine(final Path root, final Platform platform) {
        this.root = createFolder(root);
        this.pagemap = root.resolve("proc/self/pagemap");
        write("proc/meminfo", "MemTotal:       16777216 kB\nMemFree:        1 kB\nMemAvailable:   8388608 kB\n");
        write("proc/self/status", "Name:\tjava\nVmLck:\t    1024 kB\nCapEff:\t0000000000000000\n");
        write("proc/sys/kernel/osrelease", "6.12.0-test\n");
        write("sys/kernel/mm/map_contig/abi", "1\n");
        write("sys/kernel/mm/map_contig/node0/reserve_bytes", "536870912\n");
        write("sys/kernel/mm/map_contig/node0/reserve_free_bytes", "134217728\n");
        write("proc/self/pagemap", "");
        libC.onMapped = this::recordMapping;
        libC.onHugePage = this::recordHugePage;
        environment = new Environment(platform, libC, shims, root, pagemap);
    }

    static long contiguousWord(final long page) {
        return PagemapEntry.PRESENT | FIRST_PFN + page;
    }

    AllocationRequest.Builder request() {
        return new AllocationRequest.Builder(new Allocator(() -> environment));
    }

    /** Makes a request that must be refused, each refusal with a remedy. */
    static ContiguousMemoryException failure(final AllocationRequest.Builder request) {
        final ContiguousMemoryException e = catchThrowableOfType(ContiguousMemoryException.class, request::allocate);
        assertThat(e).as("an allocation that must fail").isNotNull();
        assertThat(e.refusals()).isNotEmpty().allSatisfy(refusal -> assertThat(refusal.remedy()).isNotBlank());
        return e;
    }

    void write(final String file, final String content) {
        try {
            final Path path = root.resolve(file);
            Files.createDirectories(path.getParent());
            // At once, as the kernel's files change: somebody may read
            final Path next = Files.writeString(Files.createTempFile(root, "next", ""), content);
            Files.move(next, path, StandardCopyOption.ATOMIC_MOVE);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path createFolder(final Path folder) {
        try {
            return Files.createDirectories(folder);
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

    /** Fills the pool of huge pages of a size; the kernel gives them out in this order. */
    void addHugePages(final long pageSize, final Long... places) {
        libC.hugePages.add(pageSize, Arrays.asList(places));
        libC.hugePages.onChange = (size, count) -> write(pool("sys/kernel/mm", size) + "free_hugepages", count + "\n");
        writePool("sys/kernel/mm", pageSize, places.length, places.length);
    }

    /** Writes down how many pages a pool has, of the machine or a node. */
    void writePool(final String folder, final long pageSize, final long total, final long free) {
        write(pool(folder, pageSize) + "nr_hugepages", total + "\n");
        write(pool(folder, pageSize) + "free_hugepages", free + "\n");
    }

    private static String pool(final String folder, final long pageSize) {
        return folder + "/hugepages/hugepages-" + pageSize / 1024 + "kB/";
    }

    /** Adds a u-dma-buf device. */
    void addDevice(final String name, final long size, final long address, final boolean coherent) {
        final String folder = "sys/class/u-dma-buf/" + name + "/";
        write(folder + "size", size + "\n");
        write(folder + "phys_addr", "0x" + Long.toHexString(address) + "\n");
        write(folder + "dma_coherent", coherent ? "1\n" : "0\n");
        write("dev/" + name, "");
    }

    /** From now on the last entry of a new mapping of so many pages is not there until the pages are touched. */
    void loseEntriesUntilTouched(final long pages) {
        final LongUnaryOperator whole = word;
        word = page -> page == pages - 1 ? 0 : whole.applyAsLong(page);
        libC.onTouched = (address, length) -> {
            word = whole;
            recordMapping(address, length);
        };
    }

    /** Writes the pagemap words of a range anew. */
    void recordMapping(final long address, final long length) {
        record(address, length, word);
    }

    private void recordHugePage(final long address, final long place, final long length) {
        final long firstPfn = place / environment.pageSize();
        record(address, length, page -> PagemapEntry.PRESENT | (hidden ? 0 : firstPfn + page));
    }

    private void record(final long address, final long length, final LongUnaryOperator wordOf) {
        final long pageSize = environment.pageSize();
        final int pages = Math.toIntExact(length / pageSize);
        final ByteBuffer words = ByteBuffer.allocate(pages * Long.BYTES).order(ByteOrder.nativeOrder());
        for (int page = 0; page < pages; page++) {
            words.putLong(wordOf.applyAsLong(page));
        }
        words.flip();
        try (FileChannel channel = FileChannel.open(pagemap, StandardOpenOption.WRITE)) {
            channel.write(words, address / pageSize * Long.BYTES);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
