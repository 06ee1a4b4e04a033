// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli;

import io.github.mapcontig.AllocationRequest;
import io.github.mapcontig.ContiguousBuffer;
import io.github.mapcontig.ContiguousMemory;
import io.github.mapcontig.Source;
import io.github.mapcontig.devices.edu.EduDevice;
import io.github.mapcontig.devices.pci.BorrowedDevice;
import io.github.mapcontig.devices.pci.DmaMapping;
import io.github.mapcontig.devices.pci.PciDevice;
import io.github.mapcontig.devices.pci.PciFunction;
import io.github.mapcontig.internal.platform.Sizes;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** The part of the demo with a device behind an IOMMU: through VFIO, at addresses that were mapped for it, and at no others. */
final class IommuDemo {
    private static final int LENGTH = EduDevice.MAX_TRANSFER;
    private static final double NANOS_PER_MILLI = 1e6;

    private final Narration out;
    private final ContiguousBuffer buffer;
    private final PciDevice pci;

    IommuDemo(final Narration out, final ContiguousBuffer buffer) {
        this.out = out;
        this.buffer = buffer;
        this.pci = devices().get(0);
    }

    /** Whether the edu device of this machine is behind an IOMMU. */
    static boolean isNeeded() {
        return devices().stream().limit(1).anyMatch(device -> device.translatingIommuGroup().isPresent());
    }

    private static List<PciDevice> devices() {
        return PciDevice.find(EduDevice.VENDOR, EduDevice.DEVICE);
    }

    void show() {
        out.title("4. A device behind an IOMMU checks it");
        out.say("QEMU edu at %s is in IOMMU group %s: lent to vfio-pci, and driven through VFIO", pci,
                pci.translatingIommuGroup().orElse("none"));
        try (BorrowedDevice binding = BorrowedDevice.takeForVfio(pci); PciFunction function = PciFunction.open(pci)) {
            final EduDevice device = EduDevice.of(function);
            showPieces(function, buffer, "MAP_CONTIG", true);
            try (ContiguousBuffer ordinary = ContiguousMemory.request().size(buffer.size())
                    .maxExtents(AllocationRequest.ANY_EXTENTS).sources(Source.LOCKED).allocate()) {
                showPieces(function, ordinary, "ordinary locked memory, of a machine just booted,", false);
            }
            copy(device);
            showWhatIsNotReached(function, device);
            out.say("%s goes back: %s", pci.address(), binding.device());
        }
    }

    private void showPieces(final PciFunction function, final ContiguousBuffer memory, final String name,
                            final boolean contiguous) {
        if (!IommuEvents.areThere()) {
            out.say("what the IOMMU is told to map is not counted: no tracefs here");
            return;
        }
        try (IommuEvents events = IommuEvents.record()) {
            final long before = System.nanoTime();
            final DmaMapping mapping = function.map(memory);
            final double millis = (System.nanoTime() - before) / NANOS_PER_MILLI;
            final List<IommuEvents.Piece> pieces = events.within(mapping.address(0), memory.size());
            final long sum = pieces.stream().mapToLong(IommuEvents.Piece::size).sum();
            final String text = String.format(Locale.ROOT, "%s of %s were mapped in %,d map event%s", Sizes.exact(sum), name,
                    pieces.size(), pieces.size() == 1 ? "" : "s");
            out.say("device addresses %s (%s), %.1f ms", Sizes.range(mapping.address(0), memory.size()),
                    mapping.addressKind(), millis);
            if (contiguous) {
                out.conclude(sum == memory.size() && pieces.size() == 1, "%s", text);
            } else {
                out.say("%s, %s at a time on average", text, Sizes.rounded(sum / Math.max(1, pieces.size())));
            }
            mapping.close();
        }
    }

    private void copy(final EduDevice device) {
        device.checkReach(buffer, 0);
        final DmaCheck check = new DmaCheck(device, buffer);
        final List<DmaCheck.Place> places = DmaCheck.places(buffer.size(), buffer.pageSize());
        final long passed = places.stream().filter(place -> check.check(place).passed()).count();
        out.conclude(passed == places.size(), "the device copied out and back at %d of %d places, through the IOMMU", passed,
                places.size());
    }

    /** The negative control: the same bytes, by addresses that are not mapped. */
    private void showWhatIsNotReached(final PciFunction function, final EduDevice device) {
        try (ContiguousBuffer scratch = ContiguousMemory.allocate(LENGTH)) {
            final byte[] sent = new byte[LENGTH];
            new Random(LENGTH).nextBytes(sent);
            buffer.put(0, sent, 0, LENGTH);
            final DmaMapping mapping = function.map(buffer);
            final long address = mapping.address(0);
            final long mapped = countRight(device, address, sent, scratch);
            out.conclude(mapped == LENGTH, "at device address 0x%x the device reads %,d of %,d bytes right", address, mapped,
                    LENGTH);
            final boolean other = buffer.physicalAddress() != address;
            final long physical = countRight(device, buffer.physicalAddress(), sent, scratch);
            out.conclude(other && physical < LENGTH / Byte.SIZE, "control: at physical address 0x%x, which is not mapped, %,d of"
                    + " them", buffer.physicalAddress(), physical);
            mapping.close();
            final long unmapped = countRight(device, address, sent, scratch);
            out.conclude(unmapped < LENGTH / Byte.SIZE, "control: at device address 0x%x, which is not mapped any more, %,d of"
                    + " them", address, unmapped);
            out.say("the kernel log has what the IOMMU reported: dmesg | grep DMAR");
        }
    }

    /** How many bytes the device reads right at an address; a few are by chance. */
    private static long countRight(final EduDevice device, final long address, final byte[] expected,
                                   final ContiguousBuffer scratch) {
        final byte[] other = new byte[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            other[i] = (byte) ~expected[i];
        }
        scratch.put(0, other, 0, LENGTH);
        device.read(scratch, 0, 0, LENGTH);
        device.readPhysical(address, 0, LENGTH);
        device.write(scratch, 0, 0, LENGTH);
        final byte[] found = new byte[LENGTH];
        scratch.get(0, found, 0, LENGTH);
        long right = 0;
        for (int i = 0; i < LENGTH; i++) {
            right += found[i] == expected[i] ? 1 : 0;
        }
        return right;
    }
}
