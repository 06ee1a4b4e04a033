// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.devices.nvme;

import java.util.concurrent.locks.LockSupport;

/** Between two looks at a controller. */
final class Pause {
    private static final long NANOS = 20_000;

    private Pause() {
    }

    /** A moment, in which others may run. An interrupt does not end the waiting: what a device has begun can not be given up. */
    static void briefly() {
        Thread.onSpinWait();
        LockSupport.parkNanos(NANOS);
    }
}
