// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.devices.pci;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;

/**
 * Registers of a device, mapped into this process.
 *
 * <p><b>Width.</b> A register must be accessed in one piece of its own width. Each access here is one volatile access by a
 * {@link VarHandle}, which Java defines to be atomic for aligned {@code int} and {@code long} of byte buffers (see
 * {@link MethodHandles#byteBufferViewVarHandle}), so that it is one load or store of 4 or 8 bytes; and volatile accesses are
 * neither left out, repeated nor moved across each other. Plain gets and puts of a byte buffer promise none of that.
 *
 * <p><b>Order.</b> A store here happens after all earlier stores of the thread, also those to ordinary memory that the device
 * will read.
 *
 * <p><b>End.</b> {@link PciFunction#close()} makes every access here throw {@link IllegalStateException}. One that races with
 * it either does that, or reaches the device still (through sysfs), or throws {@link InternalError} (through VFIO: there are
 * no registers any more). It never hits foreign memory: the addresses stay taken until nothing can reach them.
 *
 * <p>PCI registers are little-endian on every machine; values are converted. Thread-safe, as far as the device is.
 */
public final class MmioRegion {
    private static final VarHandle INT = MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final String name;
    private final Runnable end;
    private volatile ByteBuffer registers;

    /**
     * Takes over a mapping.
     *
     * @param name      for messages
     * @param registers direct buffer on the registers
     * @param end       ends the mapping; may be called more than once
     */
    MmioRegion(final String name, final ByteBuffer registers, final Runnable end) {
        this.name = name;
        this.registers = registers;
        this.end = end;
    }

    /**
     * Maps a BAR.
     *
     * @param resource file resourceN of the device in sysfs
     * @return the registers
     */
    static MmioRegion map(final Path resource) {
        try (FileChannel channel = FileChannel.open(resource, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return new MmioRegion(resource.toString(), channel.map(FileChannel.MapMode.READ_WRITE, 0, channel.size()),
                    () -> { });
        } catch (final IOException e) {
            throw new DeviceException("can not map " + resource + ": run as root, without kernel lockdown and with the device"
                    + " unclaimed (CONFIG_IO_STRICT_DEVMEM)", e);
        }
    }

    /**
     * How long it is.
     *
     * @return bytes
     */
    public int size() {
        return open().capacity();
    }

    /**
     * Reads a 4-byte register.
     *
     * @param offset a multiple of 4
     * @return its value
     */
    public int getInt(final int offset) {
        return (int) INT.getVolatile(open(), check(offset, Integer.BYTES));
    }

    /**
     * Writes a 4-byte register.
     *
     * @param offset a multiple of 4
     * @param value  its value
     */
    public void putInt(final int offset, final int value) {
        INT.setVolatile(open(), check(offset, Integer.BYTES), value);
    }

    /**
     * Reads an 8-byte register.
     *
     * @param offset a multiple of 8
     * @return its value
     */
    public long getLong(final int offset) {
        return (long) LONG.getVolatile(open(), check(offset, Long.BYTES));
    }

    /**
     * Writes an 8-byte register.
     *
     * @param offset a multiple of 8
     * @param value  its value
     */
    public void putLong(final int offset, final long value) {
        LONG.setVolatile(open(), check(offset, Long.BYTES), value);
    }

    void close() {
        registers = null;
        end.run();
    }

    /** What accesses go through, unless the region is closed. */
    ByteBuffer open() {
        final ByteBuffer buffer = registers;
        if (buffer == null) {
            throw new IllegalStateException("the device is closed: " + name);
        }
        return buffer;
    }

    private int check(final int offset, final int width) {
        if (offset % width != 0) {
            throw new IllegalArgumentException("a register of " + width + " bytes is not at offset 0x"
                    + Integer.toHexString(offset));
        }
        return Objects.checkFromIndexSize(offset, width, open().capacity());
    }
}
