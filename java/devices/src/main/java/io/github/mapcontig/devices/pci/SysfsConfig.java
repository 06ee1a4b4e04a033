// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.devices.pci;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The configuration space of a PCI function as sysfs has it, in the file {@code config}. */
final class SysfsConfig implements ConfigSpace {
    private final Path file;

    SysfsConfig(final Path file) {
        this.file = file;
    }

    @Override
    public int command() {
        final ByteBuffer word = ByteBuffer.allocate(Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            if (channel.read(word, PCI_COMMAND) != Short.BYTES) {
                throw new DeviceException("can not read the command register in " + file + ": the file is too short");
            }
        } catch (final IOException e) {
            throw new DeviceException("can not read the command register in " + file + ": is the device still there?", e);
        }
        return Short.toUnsignedInt(word.getShort(0));
    }

    @Override
    public void setCommand(final int value) {
        // One write of two bytes: the register beside it is cleared by writing to it.
        final ByteBuffer word = ByteBuffer.allocate(Short.BYTES).order(ByteOrder.LITTLE_ENDIAN).putShort(0, (short) value);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(word, PCI_COMMAND);
        } catch (final IOException e) {
            throw new DeviceException("can not write the command register in " + file + ": is the device still there? If so, run as"
                    + " root, without kernel lockdown", e);
        }
    }
}
