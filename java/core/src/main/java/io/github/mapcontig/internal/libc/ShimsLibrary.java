// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.internal.libc;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.util.Optional;

/** Finds libmapcontig among the resources of this library. */
final class ShimsLibrary {
    /** Where the build puts it, in JNA's names: such as linux-x86-64. */
    static final String RESOURCE = Platform.RESOURCE_PREFIX + "/libmapcontig.so";

    private ShimsLibrary() {
    }

    /**
     * Binds native methods to the library that came with these classes. One that is installed on the system is not looked
     * for: it may be of another version.
     *
     * @param binding  class with the native methods
     * @param loader   where the resource is
     * @param resource {@link #RESOURCE}, except in tests
     * @return why that failed, with what to do; empty if it did not
     */
    static Optional<String> register(final Class<?> binding, final ClassLoader loader, final String resource) {
        final URL found = loader.getResource(resource);
        if (found == null) {
            return Optional.of("this build of mapcontig has no " + resource + ": dma-heaps, pins, NUMA policies, scans of huge"
                    + " pages, cache maintenance and VFIO need it; build mapcontig on, or with a cross compiler for, this"
                    + " architecture (native/README.md)");
        }
        try {
            Native.register(binding, load(loader, resource, found));
            return Optional.empty();
        } catch (final IOException | UnsatisfiedLinkError e) {
            return Optional.of("can not load " + found + ": " + e.getMessage() + "; where the folder for temporary files is"
                    + " mounted noexec, give another with -Djna.tmpdir");
        }
    }

    private static NativeLibrary load(final ClassLoader loader, final String resource, final URL found) throws IOException {
        final File file = Native.extractFromResourcePath("/" + resource, loader);
        try {
            // A relative path would be searched for elsewhere.
            return NativeLibrary.getInstance(file.getAbsolutePath());
        } finally {
            // Loaded is loaded: a copy from a jar is of no more use. What is no copy stays.
            if (!found.getProtocol().equals("file")) {
                Files.delete(file.toPath());
            }
        }
    }
}
