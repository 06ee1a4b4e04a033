// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.devices.pci;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A /sys with PCI devices in it, in a folder. Files are ordinary: what is written can be read back. */
public final class FakeSysfs {
    private static final int BAR_SIZE = 1 << 20;

    private final Path root;

    public FakeSysfs(final Path root) throws IOException {
        this.root = root;
        Files.createDirectories(root.resolve("bus/pci/devices"));
    }

    public PciDevice add(final String address, final int vendor, final int device, final byte[] bar0) throws IOException {
        final Path folder = Files.createDirectories(folder(address));
        Files.writeString(folder.resolve("vendor"), String.format("0x%04x%n", vendor));
        Files.writeString(folder.resolve("device"), String.format("0x%04x%n", device));
        final byte[] config = new byte[256];
        config[4] = 1;
        config[5] = 4;
        config[6] = 0x10;
        Files.write(folder.resolve("config"), config);
        if (bar0 != null) {
            Files.write(folder.resolve("resource0"), bar0);
        }
        return PciDevice.find(root, vendor, device).stream().filter(d -> d.address().equals(address)).findFirst().orElseThrow();
    }

    public static byte[] emptyBar() {
        return new byte[BAR_SIZE];
    }

    public Path folder(final String address) {
        return root.resolve("bus/pci/devices").resolve(address);
    }

    public void bind(final String address, final String driver) throws IOException {
        Files.createSymbolicLink(folder(address).resolve("driver"),
                Files.createDirectories(root.resolve("bus/pci/drivers").resolve(driver)));
    }

    public void putBehindIommu(final String address, final int group, final String type) throws IOException {
        final Path folder = Files.createDirectories(root.resolve("kernel/iommu_groups").resolve(Integer.toString(group)));
        Files.writeString(folder.resolve("type"), type + "\n");
        Files.createSymbolicLink(folder(address).resolve("iommu_group"), folder);
        Files.createSymbolicLink(Files.createDirectories(folder.resolve("devices")).resolve(address), folder(address));
    }

    public int command(final String address) throws IOException {
        final byte[] config = Files.readAllBytes(folder(address).resolve("config"));
        return config[4] & 0xff | (config[5] & 0xff) << 8;
    }
}
