// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli;

import io.github.mapcontig.ContiguousBuffer;
import io.github.mapcontig.devices.edu.EduDevice;

/**
 * The negative control of a walk: lets a device read scattered memory as if it were contiguous. What it has read
 * is then written into memory that is contiguous, to be looked at; writing it back the same way would corrupt somebody's memory.
 */
final class ScatteredLane implements BoundaryWalk.Lane {
    private static final int HALF = BoundaryWalk.HALF;

    private final EduDevice device;
    private final ScatteredMemory scattered;
    private final long base;
    private final ContiguousBuffer landing;
    private final long landingOffset;

    /**
     * Creates a lane.
     *
     * @param device        the device
     * @param scattered     what it walks over
     * @param base          physical address of its first byte
     * @param landing       where the device writes what it has read
     * @param landingOffset of 128 bytes there that no other lane uses
     */
    ScatteredLane(final EduDevice device, final ScatteredMemory scattered, final long base, final ContiguousBuffer landing,
                  final long landingOffset) {
        this.device = device;
        this.scattered = scattered;
        this.base = base;
        this.landing = landing;
        this.landingOffset = landingOffset;
    }

    @Override
    public boolean crosses(final long boundary) {
        final long start = boundary - HALF;
        device.readPhysical(base + start, 0, 2 * HALF);
        device.write(landing, landingOffset, 0, 2 * HALF);
        return scattered.bytesEqual(start, landing, landingOffset, 2 * HALF) == 2 * HALF;
    }
}
