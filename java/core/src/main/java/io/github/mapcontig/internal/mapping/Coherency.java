// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.internal.mapping;

import io.github.mapcontig.DmaDirection;

/** Lets processor and device see the same in a piece of memory, where caches lie between. Thread-safe. */
public interface Coherency {
    /** For devices that see what is in the processor's caches: there is nothing to do. */
    Coherency COHERENT = new Coherency() {
        @Override
        public int beginCpuAccess(final long address, final long length, final DmaDirection direction) {
            return 0;
        }

        @Override
        public int endCpuAccess(final long address, final long length, final DmaDirection direction) {
            return 0;
        }
    };

    /**
     * The device is done; the program is about to read or write.
     *
     * @param address   start of the piece
     * @param length    bytes
     * @param direction which way the data goes
     * @return 0, or an error number
     */
    int beginCpuAccess(long address, long length, DmaDirection direction);

    /**
     * The program is done; the device is about to read or write.
     *
     * @param address   start of the piece
     * @param length    bytes
     * @param direction which way the data goes
     * @return 0, or an error number
     */
    int endCpuAccess(long address, long length, DmaDirection direction);
}
