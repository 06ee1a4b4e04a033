// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.devices.nvme;

/** The data of one command, from when it is handed over until the controller is done with it. */
interface Transfer {
    /** No data, or data in memory that nobody frees meanwhile. */
    static Transfer of(final DataPointer pointer) {
        return new Transfer() {
            @Override
            public DataPointer begin() {
                return pointer;
            }

            @Override
            public void end() {
                // nothing was taken
            }
        };
    }

    /** Takes what it needs, and keeps nothing if that fails. */
    DataPointer begin();

    /** Gives it back: the controller is done. */
    void end();
}
