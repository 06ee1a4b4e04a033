// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.internal.libc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.sun.jna.Platform;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The libraries among the resources, and what is said where one can not be used. */
class ShimsLibraryTest {
    private static final ClassLoader LOADER = ShimsLibrary.class.getClassLoader();
    private static final int ELF_MAGIC = 0x464c457f;
    /** Where an ELF file tells the processor. */
    private static final int E_MACHINE = 18;

    private static final class Unbound {
        static native int nonesuch();
    }

    private static final class Bound {
        static native int mapcontig_cache_line_size();
    }

    @Test
    void shouldHaveALibraryForThisMachine() {
        assertThat(LOADER.getResource(ShimsLibrary.RESOURCE)).isNotNull();
        assertThat(new JnaShims().missingBecause()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"linux-x86-64, 62", "linux-aarch64, 183"})
    void shouldHaveEachLibraryForItsProcessor(final String platform, final short machine) throws IOException {
        final String resource = platform + "/libmapcontig.so";
        try (InputStream library = LOADER.getResourceAsStream(resource)) {
            // With -Dnative.strict=1 the build has failed long before. The architecture of this machine is never missing.
            assumeThat(library != null || platform.equals(Platform.RESOURCE_PREFIX))
                    .as("no " + resource + ": no cross compiler").isTrue();
            assertThat(library).isNotNull();
            final ByteBuffer header = ByteBuffer.wrap(library.readNBytes(64)).order(ByteOrder.LITTLE_ENDIAN);
            assertThat(header.getInt(0)).isEqualTo(ELF_MAGIC);
            assertThat(header.getShort(E_MACHINE)).isEqualTo(machine);
        }
    }

    @Test
    void shouldLoadFromAJarAndLeaveNoFile(@TempDir final Path folder) throws IOException {
        final Path jar = folder.resolve("test.jar");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar));
             InputStream library = LOADER.getResourceAsStream(ShimsLibrary.RESOURCE)) {
            zip.putNextEntry(new ZipEntry(ShimsLibrary.RESOURCE));
            library.transferTo(zip);
        }
        final List<String> before = loadedCopies();
        try (URLClassLoader loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, null)) {
            assertThat(ShimsLibrary.register(Bound.class, loader, ShimsLibrary.RESOURCE)).isEmpty();
        }
        assertThat(Bound.mapcontig_cache_line_size()).isEqualTo(new JnaShims().cache_line_size());
        assertThat(loadedCopies()).hasSizeGreaterThan(before.size()).allMatch(line -> line.endsWith("(deleted)"));
    }

    @Test
    void shouldSayThatThereIsNoLibrary() {
        assertThat(ShimsLibrary.register(Unbound.class, LOADER, "linux-nonesuch/libmapcontig.so")).hasValueSatisfying(reason ->
                assertThat(reason).contains("no linux-nonesuch/libmapcontig.so").contains("cross compiler"));
    }

    @Test
    void shouldSayThatALibraryCanNotBeLoaded() {
        final String noLibrary = "io/github/mapcontig/internal/libc/JnaShims.class";
        assertThat(ShimsLibrary.register(Unbound.class, LOADER, noLibrary)).hasValueSatisfying(reason ->
                assertThat(reason).contains("can not load").contains("invalid ELF header").contains("jna.tmpdir"));
    }

    @Test
    void shouldSayThatALibraryLacksAFunction() {
        assertThat(ShimsLibrary.register(Unbound.class, LOADER, ShimsLibrary.RESOURCE)).hasValueSatisfying(reason ->
                assertThat(reason).contains("can not load").contains("nonesuch"));
    }

    /** The copies from jars that this process has loaded. */
    private static List<String> loadedCopies() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/maps")).stream().filter(line -> line.contains("/jna")).toList();
    }
}
