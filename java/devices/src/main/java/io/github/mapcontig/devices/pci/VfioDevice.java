// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.devices.pci;

import io.github.mapcontig.internal.libc.LibC;
import io.github.mapcontig.internal.libc.Linux;
import io.github.mapcontig.internal.mapping.Mapping;
import io.github.mapcontig.internal.mapping.Watcher;
import io.github.mapcontig.internal.platform.Sizes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A PCI function that VFIO has opened: its configuration space, its reset, its registers. Owns the file descriptor. */
final class VfioDevice implements ConfigSpace {
    private static final String GONE = "is the device still there? Look into the kernel log (dmesg)";

    private final VfioSystem system;
    private final PciDevice device;
    private final int fd;

    /**
     * Takes over a descriptor.
     *
     * @param system what to call
     * @param device the device
     * @param fd     its file descriptor
     */
    VfioDevice(final VfioSystem system, final PciDevice device, final int fd) {
        this.system = system;
        this.device = device;
        this.fd = fd;
    }

    private record Region(long flags, long size, long offset) {
    }

    private Region region(final int index, final String name) {
        final long[] answer = new long[3];
        system.check(system.vfio().region(fd, index, answer), device, "VFIO_DEVICE_GET_REGION_INFO of " + name, GONE);
        return new Region(answer[0], answer[1], answer[2]);
    }

    /** Puts the device into the state after power-on, if it has a way to be put there. */
    void reset() {
        final int flags = system.check(system.vfio().device_flags(fd), device, "VFIO_DEVICE_GET_INFO", GONE);
        if ((flags & Linux.VFIO_DEVICE_FLAGS_RESET) != 0) {
            system.check(system.vfio().device_reset(fd), device, "VFIO_DEVICE_RESET", GONE);
        }
    }

    @Override
    public int command() {
        final byte[] word = new byte[Short.BYTES];
        final long offset = region(Linux.VFIO_PCI_CONFIG_REGION_INDEX, "the configuration space").offset() + PCI_COMMAND;
        if (system.libC().pread(fd, word, word.length, offset) != word.length) {
            throw VfioSystem.failure(device, "can not read the command register", system.libC().errno(), GONE);
        }
        return Short.toUnsignedInt(ByteBuffer.wrap(word).order(ByteOrder.LITTLE_ENDIAN).getShort());
    }

    @Override
    public void setCommand(final int value) {
        final byte[] word = ByteBuffer.allocate(Short.BYTES).order(ByteOrder.LITTLE_ENDIAN).putShort((short) value).array();
        final long offset = region(Linux.VFIO_PCI_CONFIG_REGION_INDEX, "the configuration space").offset() + PCI_COMMAND;
        if (system.libC().pwrite(fd, word, word.length, offset) != word.length) {
            throw VfioSystem.failure(device, "can not write the command register", system.libC().errno(), GONE);
        }
    }

    /**
     * Maps the first BAR.
     *
     * @param release closes what the registers are of; called once, when they are unmapped, also if the garbage collector does
     *                it
     * @return the registers
     */
    MmioRegion mapBar0(final Runnable release) {
        final Region bar = region(Linux.VFIO_PCI_BAR0_REGION_INDEX, "BAR 0");
        if ((bar.flags() & Linux.VFIO_REGION_INFO_FLAG_MMAP) == 0 || bar.size() == 0 || bar.size() > Integer.MAX_VALUE) {
            throw new DeviceException(device + " has no registers to map: its BAR 0 has " + Sizes.exact(bar.size())
                    + ", and must be in memory, whole pages, and less than 2 GiB");
        }
        final LibC libC = system.libC();
        final int error = system.tombstone().prepare();
        if (error != 0) {
            throw VfioSystem.failure(device, "memfd_create failed, which a safe close() needs", error,
                    "raise the limit on open files (ulimit -n)");
        }
        final long address = libC.mmap(0, bar.size(), Linux.PROT_READ | Linux.PROT_WRITE, Linux.MAP_SHARED, fd, bar.offset());
        if (address == LibC.MAP_FAILED) {
            throw VfioSystem.failure(device, "can not map its registers", libC.errno(), GONE);
        }
        boolean owned = false;
        try {
            final Mapping mapping = new Mapping(libC, system.tombstone(), address, bar.size(), release, new Dropped(device));
            owned = true;
            return new MmioRegion("BAR 0 of PCI " + device.address(), mapping.window(0), mapping::close);
        } finally {
            if (!owned) {
                libC.munmap(address, bar.size());
            }
        }
    }

    /** Nobody counts registers; who drops them is told. */
    private record Dropped(PciDevice device) implements Watcher {
        @Override
        public void freed() {
            // Nothing to note.
        }

        @Override
        public boolean dropped(final boolean leased) {
            return false;
        }

        @Override
        public String origin() {
            return "It was the registers of " + device + ".";
        }
    }

    /** Gives the device back; the kernel stops it, and resets it if it can. */
    void close() {
        system.libC().close(fd);
    }
}
