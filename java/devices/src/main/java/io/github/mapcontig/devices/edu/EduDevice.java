// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.devices.edu;

import io.github.mapcontig.AddressKind;
import io.github.mapcontig.ContiguousBuffer;
import io.github.mapcontig.devices.pci.DeviceException;
import io.github.mapcontig.devices.pci.DmaMapping;
import io.github.mapcontig.devices.pci.MmioRegion;
import io.github.mapcontig.devices.pci.PciDevice;
import io.github.mapcontig.devices.pci.PciFunction;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.apache.commons.lang3.Validate;

/**
 * QEMU's {@code edu} device (docs/specs/edu.rst of QEMU): it has a memory of 4 KiB and copies between it and the machine's
 * memory, by physical address, or by device address where an IOMMU translates for it. A transfer takes 100 ms.
 *
 * <p>It puts out 28 address bits unless QEMU was started with {@code -device edu,dma_mask=0xffffffffffffffff}, and drops the
 * bits above silently, so that a transfer meets other memory than was named. Nothing in its registers tells:
 * {@link #open(PciDevice, int)} is told, and {@link #checkReach} finds out.
 *
 * <p>Thread-safe; transfers wait for each other.
 */
public final class EduDevice implements AutoCloseable {
    /** Vendor id. */
    public static final int VENDOR = 0x1234;
    /** Device id. */
    public static final int DEVICE = 0x11e8;
    /** Bytes of the device's memory. */
    public static final int MEMORY_SIZE = 4096;
    /** Bytes of the longest transfer: QEMU 7.2 aborts at 4096, and 2048 leaves room for two in the device. */
    public static final int MAX_TRANSFER = 2048;

    /** Address bits that an edu device puts out unless QEMU is told otherwise. */
    public static final int DEFAULT_ADDRESS_BITS = 28;

    private static final int IDENTIFICATION = 0x00;
    private static final int LIVENESS = 0x04;
    private static final int FACTORIAL = 0x08;
    private static final int STATUS = 0x20;
    private static final int DMA_SOURCE = 0x80;
    private static final int DMA_TARGET = 0x88;
    private static final int DMA_COUNT = 0x90;
    private static final int DMA_COMMAND = 0x98;

    private static final int STATUS_COMPUTING = 0x01;
    private static final long COMMAND_START = 0x01;
    private static final long COMMAND_TO_RAM = 0x02;
    private static final long DEVICE_MEMORY = 0x40000;

    private static final int IDENTIFICATION_MASK = 0xff;
    private static final int IDENTIFICATION_VALUE = 0xed;
    private static final int MAX_FACTORIAL = 12;
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final PciFunction function;
    private final MmioRegion registers;

    private EduDevice(final PciFunction function) {
        this.function = function;
        this.registers = function.bar0();
    }

    /**
     * Opens the first edu device of this machine.
     *
     * @return the device, which the caller closes
     * @throws DeviceException if there is none, or it can not be used
     */
    public static EduDevice open() {
        final List<PciDevice> devices = PciDevice.find(VENDOR, DEVICE);
        if (devices.isEmpty()) {
            throw new DeviceException("there is no edu device (PCI 1234:11e8): start QEMU with"
                    + " -device edu,dma_mask=0xffffffffffffffff");
        }
        return open(devices.get(0));
    }

    /**
     * Opens an edu device that puts out 64 address bits, and makes sure that it is one and answers.
     *
     * @param device the device
     * @return the device, which the caller closes
     * @throws DeviceException if it can not be used
     */
    public static EduDevice open(final PciDevice device) {
        return open(device, Long.SIZE);
    }

    /**
     * Opens an edu device that puts out some address bits, and makes sure that it is one and answers. Buffers that it does not
     * reach are refused; behind an IOMMU there are none.
     *
     * @param device      the device
     * @param addressBits that it puts out, 12 to 64: what QEMU's {@code dma_mask} has, {@link #DEFAULT_ADDRESS_BITS} without it
     * @return the device, which the caller closes
     * @throws DeviceException if it can not be used
     */
    public static EduDevice open(final PciDevice device, final int addressBits) {
        return of(PciFunction.open(device, addressBits));
    }

    /**
     * Takes over a function that is open, for who maps buffers by itself; and makes sure that it is an edu device and answers.
     *
     * @param function the function; closed with the device, and also if this throws
     * @return the device, which the caller closes
     * @throws DeviceException if it is no edu device, or does not answer
     */
    public static EduDevice of(final PciFunction function) {
        boolean alive = false;
        try {
            final EduDevice edu = new EduDevice(function);
            edu.identify();
            edu.checkLiveness(0x1234_abcd);
            alive = true;
            return edu;
        } finally {
            if (!alive) {
                function.close();
            }
        }
    }

    private void identify() {
        final int id = registers.getInt(IDENTIFICATION);
        if ((id & IDENTIFICATION_MASK) != IDENTIFICATION_VALUE) {
            throw new DeviceException(function.device() + " is no edu device: its identification reads 0x"
                    + Integer.toHexString(id) + " and should end in ed");
        }
    }

    private void checkLiveness(final int value) {
        registers.putInt(LIVENESS, value);
        final int answer = registers.getInt(LIVENESS);
        if (answer != ~value) {
            throw new DeviceException(function.device() + " does not answer: its liveness register reads 0x"
                    + Integer.toHexString(answer) + " after 0x" + Integer.toHexString(value) + " was written, not its inverse");
        }
    }

    /**
     * What this is.
     *
     * @return the PCI device
     */
    public PciDevice device() {
        return function.device();
    }

    /**
     * Its version.
     *
     * @return major and minor number, such as {@code 1.0}
     */
    public String version() {
        final int id = registers.getInt(IDENTIFICATION);
        return (id >>> 24) + "." + (id >>> 16 & 0xff);
    }

    /**
     * Lets the device compute a factorial: a sign of life that takes more than registers.
     *
     * @param n 0 to 12
     * @return n!
     * @throws DeviceException if it does not finish
     */
    public synchronized int factorial(final int n) {
        Validate.inclusiveBetween(0, MAX_FACTORIAL, n);
        registers.putInt(FACTORIAL, n);
        await("factorial", () -> (registers.getInt(STATUS) & STATUS_COMPUTING) == 0);
        return registers.getInt(FACTORIAL);
    }

    /**
     * Lets the device read from a buffer into its memory.
     *
     * @param buffer       the buffer; it can not be freed meanwhile
     * @param offset       of the first byte in it
     * @param deviceOffset of the first byte in the device's memory
     * @param length       bytes, 1 to {@link #MAX_TRANSFER}
     * @throws DeviceException if the device does not finish
     */
    public void read(final ContiguousBuffer buffer, final long offset, final int deviceOffset, final int length) {
        Objects.checkFromIndexSize(offset, length, buffer.size());
        checkTransfer(deviceOffset, length);
        final DmaMapping mapping = function.map(buffer);
        transfer(mapping.address(offset), DEVICE_MEMORY + deviceOffset, length, COMMAND_START);
        // Not in a finally block: a device that did not finish may still access the memory, which then stays allocated.
        mapping.close();
    }

    /**
     * Lets the device write from its memory into a buffer.
     *
     * @param buffer       the buffer; it can not be freed meanwhile
     * @param offset       of the first byte in it
     * @param deviceOffset of the first byte in the device's memory
     * @param length       bytes, 1 to {@link #MAX_TRANSFER}
     * @throws DeviceException if the device does not finish
     */
    public void write(final ContiguousBuffer buffer, final long offset, final int deviceOffset, final int length) {
        Objects.checkFromIndexSize(offset, length, buffer.size());
        checkTransfer(deviceOffset, length);
        final DmaMapping mapping = function.map(buffer);
        transfer(DEVICE_MEMORY + deviceOffset, mapping.address(offset), length, COMMAND_START | COMMAND_TO_RAM);
        mapping.close();
    }

    /**
     * Lets the device read from any address into its memory, as it puts it out: the processor's physical one, unless an IOMMU
     * translates; behind one the device reads nothing of what is not mapped for it. There is no such method for writing: it
     * could overwrite anything.
     *
     * @param physicalAddress of the first byte
     * @param deviceOffset    of the first byte in the device's memory
     * @param length          bytes, 1 to {@link #MAX_TRANSFER}
     * @throws DeviceException if the device does not put out enough address bits, or does not finish
     */
    public void readPhysical(final long physicalAddress, final int deviceOffset, final int length) {
        checkTransfer(deviceOffset, length);
        function.checkReach(physicalAddress, length);
        transfer(physicalAddress, DEVICE_MEMORY + deviceOffset, length, COMMAND_START);
    }

    /**
     * Makes sure that the device reaches a place in a buffer, and not another one whose address agrees in the bits that it puts
     * out: sends 8 bytes out and back and compares. Should it reach another place after all, that one gets the 8 bytes written
     * that were read from it 100 ms before.
     *
     * @param buffer a buffer
     * @param offset of 8 bytes in it, which are overwritten with what they were
     * @throws DeviceException if it does not reach them
     */
    public synchronized void checkReach(final ContiguousBuffer buffer, final long offset) {
        final long before = buffer.getLong(offset);
        final long sent = 0x5ca1_ab1e_0ddb_a115L;
        buffer.putLong(offset, sent);
        read(buffer, offset, 0, Long.BYTES);
        buffer.putLong(offset, ~sent);
        write(buffer, offset, 0, Long.BYTES);
        final long received = buffer.getLong(offset);
        buffer.putLong(offset, before);
        if (received != sent) {
            throw new DeviceException(function.device() + " does not reach " + nameOf(buffer, offset) + ". An edu device puts out 28"
                    + " address bits unless QEMU is started with -device edu,dma_mask=0xffffffffffffffff");
        }
    }

    /** By what the device was to reach a byte. */
    private String nameOf(final ContiguousBuffer buffer, final long offset) {
        try (DmaMapping mapping = function.map(buffer)) {
            return (mapping.addressKind() == AddressKind.IO_VIRTUAL ? "device" : "physical") + " address 0x"
                    + Long.toHexString(mapping.address(offset));
        }
    }

    /** Gives the device back. Idempotent. */
    @Override
    public void close() {
        function.close();
    }

    private static void checkTransfer(final int deviceOffset, final int length) {
        Validate.inclusiveBetween(1, MAX_TRANSFER, length, "a transfer has 1 to " + MAX_TRANSFER + " bytes: " + length);
        // Less than, not at most: QEMU 7.2 takes a transfer that ends at the very end for one beyond it, and aborts.
        Validate.isTrue(deviceOffset >= 0 && deviceOffset < MEMORY_SIZE - length,
                "a transfer ends before the last of the device's 4096 bytes, as QEMU stops at one that reaches it: %d bytes at %d", length,
                deviceOffset);
    }

    private synchronized void transfer(final long source, final long target, final int length, final long command) {
        registers.putLong(DMA_SOURCE, source);
        registers.putLong(DMA_TARGET, target);
        registers.putLong(DMA_COUNT, length);
        registers.putLong(DMA_COMMAND, command);
        await("transfer", () -> (registers.getLong(DMA_COMMAND) & COMMAND_START) == 0);
    }

    private void await(final String what, final BooleanSupplier done) {
        final long deadline = System.nanoTime() + TIMEOUT.toNanos();
        while (!done.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new DeviceException(function.device() + " did not finish a " + what + " in " + TIMEOUT.toSeconds()
                        + " s: reset it with echo 1 > /sys/bus/pci/devices/" + function.device().address() + "/reset");
            }
            sleep();
        }
    }

    private static void sleep() {
        try {
            Thread.sleep(1);
        } catch (final InterruptedException e) {
            // A transfer that has begun can not be given up; the interrupt waits until it is over.
            Thread.currentThread().interrupt();
            Thread.onSpinWait();
        }
    }
}
