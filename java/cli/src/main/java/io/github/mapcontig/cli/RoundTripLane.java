// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli;

import io.github.mapcontig.ContiguousBuffer;
import io.github.mapcontig.devices.edu.EduDevice;
import java.util.Arrays;
import java.util.Random;

/** Sends bytes on both sides of a boundary into a device, wipes them, and lets the device write them back across it. */
final class RoundTripLane implements BoundaryWalk.Lane {
    /** Bytes on each side. */
    static final int HALF = 64;
    private static final byte WIPED = (byte) 0xee;

    private final EduDevice device;
    private final ContiguousBuffer buffer;
    private final byte[] sent = new byte[2 * HALF];
    private final byte[] wiped = new byte[2 * HALF];
    private final byte[] received = new byte[2 * HALF];

    /**
     * Creates a lane.
     *
     * @param device the device
     * @param buffer what it walks over; overwritten around the boundaries
     */
    RoundTripLane(final EduDevice device, final ContiguousBuffer buffer) {
        this.device = device;
        this.buffer = buffer;
        Arrays.fill(wiped, WIPED);
    }

    @Override
    public boolean crosses(final long boundary) {
        final long start = boundary - HALF;
        new Random(boundary).nextBytes(sent);
        buffer.put(start, sent, 0, sent.length);
        device.read(buffer, start, 0, sent.length);
        buffer.put(start, wiped, 0, wiped.length);
        device.write(buffer, start, 0, wiped.length);
        buffer.get(start, received, 0, received.length);
        return Arrays.equals(sent, received);
    }
}
