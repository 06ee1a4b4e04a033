// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.internal.source;

import io.github.mapcontig.AllocationRequest;
import io.github.mapcontig.Errno;
import io.github.mapcontig.Extent;
import io.github.mapcontig.Pinning;
import io.github.mapcontig.ProofLevel;
import io.github.mapcontig.Refusal;
import io.github.mapcontig.Source;
import io.github.mapcontig.internal.libc.LibC;
import io.github.mapcontig.internal.libc.Linux;
import io.github.mapcontig.internal.libc.Shims;
import io.github.mapcontig.internal.mapping.Coherency;
import io.github.mapcontig.internal.platform.Sizes;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The memory of a u-dma-buf device, from its start. Each device serves one buffer at a time: its file is locked (flock) meanwhile. The
 * memory is written to zero, since whoever had it before has left it as it was.
 */
public final class UDmaBufSource implements MemorySource {
    private static final String WHO = Source.U_DMA_BUF.name();
    private static final String UNPROVABLE = "the memory belongs to the u-dma-buf driver, and pagemap shows none of it: contiguous,"
            + " and where it is on the bus, is what the driver declares";

    private final SourceContext context;
    private final LibC libC;
    private final Shims shims;

    /**
     * Creates the source.
     *
     * @param context what it works with
     */
    public UDmaBufSource(final SourceContext context) {
        this.context = context;
        this.libC = context.libC();
        this.shims = context.shims();
    }

    @Override
    public Source id() {
        return Source.U_DMA_BUF;
    }

    @Override
    public SourceMemory map(final AllocationRequest request, final long length) throws RefusedException {
        final List<Path> folders = folders();
        if (folders.isEmpty()) {
            throw new RefusedException(Refusal.of(WHO, "there is no u-dma-buf device", "load its driver: modprobe u-dma-buf"
                    + " udmabuf0=" + length));
        }
        context.requireShims(WHO);
        if (request.proof().compareTo(ProofLevel.DECLARED) > 0) {
            throw new RefusedException(Refusal.of(WHO, UNPROVABLE, "ask for .proof(ProofLevel.DECLARED) to rely on the driver"));
        }
        if (request.node().isPresent()) {
            throw new RefusedException(Refusal.of(WHO, "of which node its memory is, is unknown", "ask for no node"));
        }
        final List<String> reasons = new ArrayList<>();
        for (final Path folder : folders) {
            try {
                final UDmaBufDevice device = UDmaBufDevice.read(context.root(), folder);
                final Optional<String> unfit = unfit(device, request, length);
                if (unfit.isEmpty()) {
                    return map(device, length);
                }
                reasons.add(folder.getFileName() + ": " + unfit.get());
            } catch (final IOException e) {
                reasons.add(folder.getFileName() + ": " + e);
            } catch (final RefusedException e) {
                reasons.add(folder.getFileName() + ": " + e.refusal().whatHappened());
            }
        }
        throw new RefusedException(Refusal.of(WHO, "no u-dma-buf device can serve: " + String.join("; ", reasons),
                "load the driver with one more, large enough: u-dma-buf udmabufN=" + length));
    }

    private List<Path> folders() {
        final List<Path> folders = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(context.root().resolve("sys/class/u-dma-buf"))) {
            found.forEach(folders::add);
        } catch (final IOException e) {
            return List.of();
        }
        folders.sort(null);
        return folders;
    }

    private static Optional<String> unfit(final UDmaBufDevice device, final AllocationRequest request, final long length) {
        if (device.size() < length) {
            return Optional.of("it has " + Sizes.exact(device.size()) + " only");
        }
        return Placement.of(request).violation(new Extent(0, device.busAddress(), length));
    }

    private SourceMemory map(final UDmaBufDevice device, final long length) throws RefusedException {
        final int fd = shims.open(device.device().toString(), Linux.O_RDWR);
        if (fd == -1) {
            throw failed("can not open " + device.device(), shims.errno());
        }
        boolean done = false;
        try {
            if (libC.flock(fd, Linux.LOCK_EX | Linux.LOCK_NB) != 0) {
                throw failed("it is in use (flock)", libC.errno());
            }
            final long address = libC.mmap(0, length, Linux.PROT_READ | Linux.PROT_WRITE, Linux.MAP_SHARED, fd, 0);
            if (address == LibC.MAP_FAILED) {
                throw failed("mmap failed", libC.errno());
            }
            libC.memset(address, 0, length);
            done = true;
            final Coherency coherency = device.coherent() ? Coherency.COHERENT
                    : new UDmaBufCoherency(device.folder(), address);
            return new SourceMemory(address, length, context.pageSize(), Pinning.UNMOVABLE,
                    OptionalLong.of(device.busAddress()), OptionalInt.of(fd), Optional.of(UNPROVABLE), coherency);
        } finally {
            if (!done) {
                libC.close(fd);
            }
        }
    }

    private RefusedException failed(final String what, final int errno) {
        return new RefusedException(Refusal.of(WHO, what, new Errno(errno), "see the driver's log (dmesg)"));
    }
}
