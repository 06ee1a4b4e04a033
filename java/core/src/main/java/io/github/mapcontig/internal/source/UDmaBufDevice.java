// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.internal.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A device of the u-dma-buf driver, as its files describe it.
 *
 * @param folder     its folder in /sys/class/u-dma-buf
 * @param device     its file in /dev
 * @param size       bytes of its memory
 * @param busAddress where that is on the bus
 * @param coherent   whether its device sees what is in the processor's caches
 */
record UDmaBufDevice(Path folder, Path device, long size, long busAddress, boolean coherent) {
    /**
     * Reads the files of a device.
     *
     * @param root   folder with dev and sys in it
     * @param folder its folder in sys/class/u-dma-buf
     * @throws IOException if they can not be read, or are not numbers
     */
    static UDmaBufDevice read(final Path root, final Path folder) throws IOException {
        return new UDmaBufDevice(folder, root.resolve("dev").resolve(folder.getFileName().toString()), number(folder, "size"),
                number(folder, "phys_addr"), number(folder, "dma_coherent") != 0);
    }

    private static long number(final Path folder, final String name) throws IOException {
        final Path file = folder.resolve(name);
        final String text = Files.readString(file).strip();
        try {
            return text.startsWith("0x") ? Long.parseUnsignedLong(text.substring(2), 16) : Long.parseLong(text);
        } catch (final NumberFormatException e) {
            throw new IOException(file + " is not a number: " + text, e);
        }
    }
}
