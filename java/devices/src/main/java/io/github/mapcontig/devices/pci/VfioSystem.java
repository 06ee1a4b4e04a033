// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.devices.pci;

import io.github.mapcontig.Errno;
import io.github.mapcontig.internal.libc.JnaLibC;
import io.github.mapcontig.internal.libc.JnaShims;
import io.github.mapcontig.internal.libc.JnaVfio;
import io.github.mapcontig.internal.libc.LibC;
import io.github.mapcontig.internal.libc.Linux;
import io.github.mapcontig.internal.libc.Shims;
import io.github.mapcontig.internal.libc.Vfio;
import io.github.mapcontig.internal.mapping.Tombstone;
import java.nio.file.Path;

/**
 * What VFIO stands on: one for the process, made at first use; tests make their own.
 *
 * @param libC      the C library
 * @param shims     calls that need C
 * @param vfio      VFIO's calls
 * @param tombstone stands where registers were mapped
 * @param dev       folder of the device nodes
 */
record VfioSystem(LibC libC, Shims shims, Vfio vfio, Tombstone tombstone, Path dev) {
    private static final class Real {
        static final VfioSystem INSTANCE = of(new JnaLibC(), new JnaShims(), new JnaVfio(), Path.of("/dev"));
    }

    static VfioSystem of(final LibC libC, final Shims shims, final Vfio vfio, final Path dev) {
        return new VfioSystem(libC, shims, vfio, new Tombstone(libC), dev);
    }

    static VfioSystem real() {
        return Real.INSTANCE;
    }

    /**
     * Opens a file of VFIO.
     *
     * @param device for which device, for messages
     * @param name   file in /dev/vfio
     * @param remedy what to do if that fails
     * @return file descriptor
     */
    int open(final PciDevice device, final String name, final String remedy) {
        final Path file = dev.resolve("vfio").resolve(name);
        final int fd = shims.open(file.toString(), Linux.O_RDWR);
        if (fd == -1) {
            throw failure(device, "can not open " + file, shims.errno(), remedy);
        }
        return fd;
    }

    /**
     * Reports a call of VFIO that failed.
     *
     * @param result of the call
     * @param device for which device
     * @param call   its name
     * @param remedy what to do
     * @return the result, if it is no failure
     */
    int check(final int result, final PciDevice device, final String call, final String remedy) {
        if (result == -1) {
            throw failure(device, call + " failed", vfio.errno(), remedy);
        }
        return result;
    }

    /**
     * What is thrown when a call failed.
     *
     * @param device for which device
     * @param what   what failed
     * @param errno  its error number
     * @param remedy what to do
     * @return the exception
     */
    static DeviceException failure(final PciDevice device, final String what, final int errno, final String remedy) {
        return new DeviceException(device + ": " + what + ": " + new Errno(errno) + "; " + remedy);
    }
}
