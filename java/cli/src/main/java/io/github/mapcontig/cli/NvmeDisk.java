// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli;

import io.github.mapcontig.devices.pci.DeviceException;
import io.github.mapcontig.devices.pci.PciDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What the kernel's driver shows of an NVMe controller that it has: for comparison with what our driver says and wrote. */
public final class NvmeDisk {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final PciDevice device;

    /**
     * Creates it.
     *
     * @param device an NVMe controller, whoever has it
     */
    public NvmeDisk(final PciDevice device) {
        this.device = device;
    }

    /**
     * An attribute of the controller.
     *
     * @param name such as {@code model}
     * @return its value, without blanks at the ends
     */
    public String attribute(final String name) {
        return text(controller().resolve(name));
    }

    /**
     * How large a namespace is.
     *
     * @param namespace its number
     * @return bytes
     */
    public long size(final int namespace) {
        // In units of 512 bytes, whatever the size of a block is
        return Long.parseLong(text(awaited(namespace).resolve("size"))) * 512;
    }

    /**
     * How large its blocks are.
     *
     * @param namespace its number
     * @return bytes
     */
    public int blockSize(final int namespace) {
        return Integer.parseInt(text(awaited(namespace).resolve("queue/logical_block_size")));
    }

    /**
     * Reads through the kernel's driver, once that has found the namespace again.
     *
     * @param namespace its number
     * @param offset    of the first byte
     * @param length    bytes
     * @return the bytes
     */
    public byte[] read(final int namespace, final long offset, final int length) {
        return read(Path.of("/dev", awaited(namespace).getFileName().toString()), offset, length);
    }

    /**
     * Reads a part of a file.
     *
     * @param file   a file or a block device
     * @param offset of the first byte
     * @param length bytes
     * @return the bytes
     */
    public static byte[] read(final Path file, final long offset, final int length) {
        final ByteBuffer bytes = ByteBuffer.allocate(length);
        try (FileChannel channel = FileChannel.open(file)) {
            while (bytes.hasRemaining()) {
                if (channel.read(bytes, offset + bytes.position()) < 0) {
                    throw new DeviceException("can not read " + length + " bytes at " + offset + " of " + file + ": it ends before");
                }
            }
        } catch (final IOException e) {
            throw new DeviceException("can not read " + file, e);
        }
        return bytes.array();
    }

    /** The driver looks for namespaces after it has taken the device. */
    private Path awaited(final int namespace) {
        final long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (true) {
            try {
                final Path folder = folder(namespace);
                if (Files.exists(Path.of("/dev", folder.getFileName().toString()))) {
                    return folder;
                }
            } catch (final DeviceException e) {
                if (System.nanoTime() - deadline > 0) {
                    throw e;
                }
            }
            try {
                Thread.sleep(20);
            } catch (final InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new DeviceException("interrupted while the kernel looked for " + device, e);
            }
        }
    }

    private Path controller() {
        return child(Path.of("/sys/bus/pci/devices", device.address(), "nvme"), file -> true, "controller");
    }

    /** The kernel looks at namespaces side by side: the number in a name of a disk is not that of its namespace. */
    private Path folder(final int namespace) {
        return child(controller(), file -> file.getFileName().toString().matches("nvme\\d+n\\d+")
                && text(file.resolve("nsid")).equals(Integer.toString(namespace)), "namespace " + namespace);
    }

    private Path child(final Path folder, final Predicate<Path> wanted, final String what) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(wanted).findFirst()
                    .orElseThrow(() -> new DeviceException("the kernel shows no " + what + " of " + device + " in " + folder));
        } catch (final IOException e) {
            throw new DeviceException("can not list " + folder + ": has the kernel's driver the device?", e);
        }
    }

    private static String text(final Path file) {
        try {
            return Files.readString(file).strip();
        } catch (final IOException e) {
            throw new DeviceException("can not read " + file, e);
        }
    }
}
