// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli;

import io.github.mapcontig.ContiguousBuffer;
import io.github.mapcontig.Extent;
import io.github.mapcontig.devices.edu.EduDevice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Lets a device copy bytes out of a buffer and back, at physical addresses computed from the start of the buffer alone, and
 * compares. Where a transfer crosses into the next page, the device goes on at the next physical address: the bytes agree only
 * if the next page is there.
 */
public final class DmaCheck {
    private static final int LENGTH = EduDevice.MAX_TRANSFER;
    private static final int GUARD = 256;
    private static final long HUGE_PAGE = 2L << 20;
    private static final byte GUARD_BYTE = (byte) 0xa5;
    private static final byte WIPED = (byte) 0xee;

    private final EduDevice device;
    private final ContiguousBuffer buffer;

    /**
     * Creates a check.
     *
     * @param device the device
     * @param buffer the buffer; what is in it is overwritten
     */
    public DmaCheck(final EduDevice device, final ContiguousBuffer buffer) {
        this.device = device;
        this.buffer = buffer;
    }

    /**
     * A place to check.
     *
     * @param name   what is special about it
     * @param offset where it starts in the buffer
     * @param length bytes
     */
    public record Place(String name, long offset, int length) {
    }

    /**
     * What came of it.
     *
     * @param place           where
     * @param physicalAddress computed from the start of the buffer
     * @param bytesAgree      whether every byte came back
     * @param guardsAgree     whether the bytes around it stayed as they were
     */
    public record Result(Place place, long physicalAddress, boolean bytesAgree, boolean guardsAgree) {
        /**
         * Whether all is as it should be.
         *
         * @return true if so
         */
        public boolean passed() {
            return bytesAgree && guardsAgree;
        }
    }

    /**
     * The places worth a look in a buffer: both ends, and boundaries between pages at its start, a third, the middle, the first
     * 2 MiB and its end.
     *
     * @param size     of the buffer
     * @param pageSize bytes in a page
     * @return the places, as far as they fit in
     */
    public static List<Place> places(final long size, final long pageSize) {
        final List<Place> places = new ArrayList<>();
        places.add(new Place("start of the buffer", 0, LENGTH));
        addBoundary(places, size, "first page boundary", pageSize);
        addBoundary(places, size, "first 2 MiB boundary", HUGE_PAGE);
        addBoundary(places, size, "page boundary at a third", size / pageSize / 3 * pageSize);
        addBoundary(places, size, "page boundary in the middle", size / pageSize / 2 * pageSize);
        addBoundary(places, size, "last page boundary", size - pageSize);
        places.add(new Place("end of the buffer", size - LENGTH, LENGTH));
        return places;
    }

    private static void addBoundary(final List<Place> places, final long size, final String name, final long boundary) {
        // Not in halves: a device that dropped low address bits would not notice a round place.
        final long offset = boundary - LENGTH / 2 - 13;
        if (offset > 0 && boundary > 0 && offset + LENGTH <= size
                && places.stream().noneMatch(place -> place.offset() == offset)) {
            places.add(new Place(name, offset, LENGTH));
        }
    }

    /**
     * Checks one place: out, wiped, back.
     *
     * @param place where
     * @return what came of it
     */
    public Result check(final Place place) {
        final byte[] pattern = new byte[place.length()];
        new Random(place.offset()).nextBytes(pattern);
        final long guardStart = Math.max(0, place.offset() - GUARD);
        final long guardEnd = Math.min(buffer.size(), place.offset() + place.length() + GUARD);
        final byte[] expected = new byte[(int) (guardEnd - guardStart)];
        Arrays.fill(expected, GUARD_BYTE);
        final int start = (int) (place.offset() - guardStart);
        System.arraycopy(pattern, 0, expected, start, pattern.length);
        buffer.put(guardStart, expected, 0, expected.length);

        device.read(buffer, place.offset(), 0, place.length());
        final byte[] wiped = new byte[place.length()];
        Arrays.fill(wiped, WIPED);
        buffer.put(place.offset(), wiped, 0, wiped.length);
        device.write(buffer, place.offset(), 0, place.length());

        final byte[] found = new byte[expected.length];
        buffer.get(guardStart, found, 0, found.length);
        final int end = start + pattern.length;
        final boolean bytes = Arrays.equals(found, start, end, expected, start, end);
        final boolean guards = Arrays.equals(found, 0, start, expected, 0, start)
                && Arrays.equals(found, end, found.length, expected, end, expected.length);
        return new Result(place, buffer.physicalAddress(place.offset()), bytes, guards);
    }

    /**
     * The negative control: reads scattered memory as if it were contiguous, across its first boundary between extents. Only
     * reads it: to write to an address computed so would corrupt somebody's memory.
     *
     * @param scattered memory whose pages hold numbers that are nowhere else
     * @param extents   where it lies, at least two
     * @return how many of the bytes behind the boundary are right by chance
     */
    public int bytesRightBehindBoundary(final ScatteredMemory scattered, final List<Extent> extents) {
        final int half = LENGTH / 2;
        final long boundary = extents.get(0).length();
        device.readPhysical(extents.get(0).physicalAddress() + boundary - half, 0, LENGTH);
        device.write(buffer, 0, 0, LENGTH);
        if (scattered.bytesEqual(boundary - half, buffer, 0, half) != half) {
            throw new IllegalStateException("the control is broken: before the boundary, the device must read what is there");
        }
        return (int) scattered.bytesEqual(boundary, buffer, half, half);
    }
}
