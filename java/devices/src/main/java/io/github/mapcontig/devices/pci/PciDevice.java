// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.devices.pci;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A PCI function as sysfs shows it. It describes and changes nothing; {@link PciFunction#open} takes it into use. Immutable.
 */
public final class PciDevice {
    private static final Path SYSFS = Path.of("/sys");

    private final Path sysfs;
    private final Path folder;

    private PciDevice(final Path sysfs, final Path folder) {
        this.sysfs = sysfs;
        this.folder = folder;
    }

    /**
     * Finds devices by their ids.
     *
     * @param vendor vendor id
     * @param device device id
     * @return those that there are, in the order of their addresses
     * @throws DeviceException if sysfs can not be read
     */
    public static List<PciDevice> find(final int vendor, final int device) {
        return find(SYSFS, vendor, device);
    }

    static List<PciDevice> find(final Path sysfs, final int vendor, final int device) {
        final Path all = sysfs.resolve("bus/pci/devices");
        final List<PciDevice> found = new ArrayList<>();
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(all)) {
            for (final Path folder : folders) {
                if (id(folder.resolve("vendor")) == vendor && id(folder.resolve("device")) == device) {
                    found.add(new PciDevice(sysfs, folder));
                }
            }
        } catch (final IOException e) {
            throw new DeviceException("can not list PCI devices in " + all
                    + ": check that /sys is mounted and the machine has a PCI bus", e);
        }
        found.sort(Comparator.comparing(PciDevice::address));
        return List.copyOf(found);
    }

    /**
     * Its address.
     *
     * @return domain, bus, device and function, such as {@code 0000:00:04.0}
     */
    public String address() {
        return folder.getFileName().toString();
    }

    /**
     * The driver in the kernel that uses the device.
     *
     * @return its name; empty if none does
     */
    public Optional<String> driver() {
        return linkName("driver");
    }

    /**
     * The IOMMU group of the device, if an IOMMU translates the addresses that it puts out. A group of type
     * {@code identity} passes them through unchanged and is not reported.
     *
     * @return number and type, such as {@code 3 (DMA)}; empty if the device sees physical addresses as they are
     */
    public Optional<String> translatingIommuGroup() {
        return linkName("iommu_group")
                .map(group -> group + " (" + groupType(group) + ")")
                .filter(group -> !group.endsWith("(identity)"));
    }

    /**
     * The IOMMU group of the device, whatever its type.
     *
     * @return its number; empty without an IOMMU
     */
    Optional<String> iommuGroup() {
        return linkName("iommu_group");
    }

    /**
     * The other devices of the group that a driver other than VFIO's has.
     *
     * @return in the order of their addresses
     */
    List<PciDevice> othersInGroup() {
        final Path members = folder.resolve("iommu_group/devices");
        final List<PciDevice> others = new ArrayList<>();
        try (DirectoryStream<Path> links = Files.newDirectoryStream(members)) {
            for (final Path link : links) {
                final PciDevice other = new PciDevice(sysfs, sysfs.resolve("bus/pci/devices").resolve(link.getFileName()));
                if (!other.address().equals(address())
                        && other.driver().filter(name -> !VfioFunction.DRIVER.equals(name)).isPresent()) {
                    others.add(other);
                }
            }
        } catch (final IOException e) {
            // It serves a message, which then names none.
            return List.of();
        }
        others.sort(Comparator.comparing(PciDevice::address));
        return List.copyOf(others);
    }

    /**
     * Where sysfs is mounted.
     *
     * @return the path
     */
    Path sysfs() {
        return sysfs;
    }

    /**
     * Its folder in sysfs.
     *
     * @return the path
     */
    Path folder() {
        return folder;
    }

    /** Its address and, if one has it, its driver. */
    @Override
    public String toString() {
        return "PCI " + address() + driver().map(name -> " (driver " + name + ")").orElse("");
    }

    private String groupType(final String group) {
        try {
            return Files.readString(sysfs.resolve("kernel/iommu_groups").resolve(group).resolve("type")).strip();
        } catch (final IOException e) {
            return "type unknown";
        }
    }

    private Optional<String> linkName(final String link) {
        try {
            return Optional.of(Files.readSymbolicLink(folder.resolve(link)).getFileName().toString());
        } catch (final IOException e) {
            return Optional.empty();
        }
    }

    private static int id(final Path file) throws IOException {
        final String text = Files.readString(file).strip().toLowerCase(Locale.ROOT);
        return Integer.parseInt(text.substring("0x".length()), 16);
    }
}
