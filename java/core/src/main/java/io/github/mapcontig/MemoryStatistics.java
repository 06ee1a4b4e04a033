// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

/**
 * How much memory this process holds through the library, counted since its first allocation. Slices and pools are not counted
 * beside the buffers that they are parts of. The numbers are of one moment and fit together: what was ever allocated is
 * live, closed or leaked. Taken by {@link ContiguousMemory#statistics()}. Immutable.
 *
 * @param liveBuffers   buffers whose memory is allocated, and not leaked; closed ones with an open lease, or with a pool whose
 *                      buffers are not all released, are among them
 * @param liveBytes     bytes in these, as {@link ContiguousBuffer#size()} counts them. Memory made of huge pages takes whole
 *                      ones, which may be more
 * @param closedBuffers buffers whose memory was freed after a close
 * @param leakedBuffers buffers that were dropped without close, or whose lease was dropped
 * @param lostBytes     bytes in the leaked ones that stay allocated until the process ends, since a device may still write to
 *                      them; counted as {@code liveBytes} are, so of huge pages more is lost
 */
public record MemoryStatistics(long liveBuffers, long liveBytes, long closedBuffers, long leakedBuffers, long lostBytes) {
}
