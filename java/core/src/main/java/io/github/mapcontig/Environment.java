// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

import io.github.mapcontig.internal.libc.JnaLibC;
import io.github.mapcontig.internal.libc.LibC;
import io.github.mapcontig.internal.libc.Linux;
import io.github.mapcontig.internal.libc.JnaShims;
import io.github.mapcontig.internal.libc.Shims;
import io.github.mapcontig.internal.mapping.Coherency;
import io.github.mapcontig.internal.mapping.Tombstone;
import io.github.mapcontig.internal.source.CacheCoherency;
import io.github.mapcontig.internal.source.DmaHeapSource;
import io.github.mapcontig.internal.source.HugetlbSource;
import io.github.mapcontig.internal.source.LockedSource;
import io.github.mapcontig.internal.source.MapContigSource;
import io.github.mapcontig.internal.source.MemorySource;
import io.github.mapcontig.internal.source.SourceContext;
import io.github.mapcontig.internal.source.UDmaBufSource;
import java.util.Map;
import io.github.mapcontig.internal.platform.IommuState;
import io.github.mapcontig.internal.platform.KernelFiles;
import io.github.mapcontig.internal.platform.Platform;
import io.github.mapcontig.internal.watch.LeakPolicy;
import io.github.mapcontig.internal.watch.Ledger;
import java.nio.file.Path;

/**
 * What this library stands on: the platform, the C library, /proc and /sys. One for the process, made at first use and not in
 * a static initializer, so that a failure is reported as itself each time; tests make their own.
 */
final class Environment {
    private static Environment instance;

    private final Platform platform;
    private final LibC libC;
    private final Shims shims;
    private final KernelFiles files;
    private final IommuState iommu;
    private final Tombstone tombstone;
    private final Ledger ledger;
    private final long pageSize;
    private final Path pagemapFile;
    private final Map<Source, MemorySource> sources;
    private Pagemap pagemap;

    /**
     * Creates an environment.
     *
     * @param platform    the platform
     * @param libC        the C library
     * @param shims       the calls that need C
     * @param root        folder with dev, proc and sys in it
     * @param pagemapFile the pagemap of this process
     * @throws ContiguousMemoryException if the platform is not supported
     * @throws IllegalArgumentException  if a system property of the library has a value that it can not have
     */
    Environment(final Platform platform, final LibC libC, final Shims shims, final Path root,
                final Path pagemapFile) {
        platform.unsupportedBecause().ifPresent(reason -> {
            throw new ContiguousMemoryException("this platform is not supported", Refusal.of("platform", reason,
                    "run on Linux with a 64-bit JVM on x86-64, AArch64 or RISC-V"), null);
        });
        this.platform = platform;
        this.libC = libC;
        this.shims = shims;
        this.files = new KernelFiles(root);
        this.iommu = new IommuState(files::iommuTranslates, System::nanoTime);
        this.tombstone = new Tombstone(libC);
        this.ledger = new Ledger(LeakPolicy.fromProperties());
        this.pagemapFile = pagemapFile;
        this.pageSize = libC.sysconf(Linux._SC_PAGESIZE);
        final SourceContext context = new SourceContext(libC, shims, files, root, this::lockLimits, this::pagemap,
                platform.devicesSeeCaches() ? Coherency.COHERENT : new CacheCoherency(shims), pageSize);
        this.sources = Map.of(Source.MAP_CONTIG, new MapContigSource(context),
                Source.HUGETLB, new HugetlbSource(context),
                Source.DMA_HEAP, new DmaHeapSource(context),
                Source.U_DMA_BUF, new UDmaBufSource(context),
                Source.LOCKED, new LockedSource(context));
    }

    /**
     * The environment of this process.
     *
     * @return always the same
     * @throws ContiguousMemoryException if the platform is not supported
     */
    static synchronized Environment get() {
        if (instance == null) {
            instance = new Environment(Platform.current(), new JnaLibC(), new JnaShims(),
                    Path.of("/"), Path.of("/proc/self/pagemap"));
        }
        return instance;
    }

    /** What this process holds; nothing where it never asked for memory, be the platform supported or not. */
    static synchronized MemoryStatistics statistics() {
        return instance == null ? new MemoryStatistics(0, 0, 0, 0, 0) : instance.ledger.statistics();
    }

    Platform platform() {
        return platform;
    }

    LibC libC() {
        return libC;
    }

    Shims shims() {
        return shims;
    }

    /** All sources, by their names. */
    Map<Source, MemorySource> sources() {
        return sources;
    }

    KernelFiles files() {
        return files;
    }

    IommuState iommu() {
        return iommu;
    }

    Tombstone tombstone() {
        return tombstone;
    }

    Path pagemapFile() {
        return pagemapFile;
    }

    Ledger ledger() {
        return ledger;
    }

    long pageSize() {
        return pageSize;
    }

    /** This process's pagemap, opened at first use and kept: with the rights that the process had then. */
    synchronized Pagemap pagemap() {
        if (pagemap == null) {
            pagemap = new Pagemap(pagemapFile, pageSize);
        }
        return pagemap;
    }

    LockLimits lockLimits() {
        final long[] limit = new long[2];
        if (libC.getrlimit(Linux.RLIMIT_MEMLOCK, limit) != 0) {
            throw new ContiguousMemoryException("can not read RLIMIT_MEMLOCK",
                    Refusal.of("getrlimit", "the call failed", new Errno(libC.errno()), "check the seccomp filter of the process"),
                    null);
        }
        return new LockLimits(limitOf(limit[0]), limitOf(limit[1]), files.lockedMemory().orElse(0),
                files.hasCapability(Linux.CAP_IPC_LOCK));
    }

    /** RLIM_INFINITY is the greatest unsigned number; whatever passes 2^63 is no limit either. */
    private static long limitOf(final long unsigned) {
        return unsigned < 0 ? LockLimits.UNLIMITED : unsigned;
    }
}
