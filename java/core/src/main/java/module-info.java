// SPDX-License-Identifier: Apache-2.0

/**
 * Physically contiguous memory for user space, with a proof of what it is.
 *
 * <p>JNA is an automatic module, but one that names itself in its manifest, so the name is stable. Whoever runs on the
 * module path with JDK 24 or later gives {@code --enable-native-access=com.sun.jna}.
 */
@SuppressWarnings({"requires-automatic", "module"})
module io.github.mapcontig {
    requires com.sun.jna;
    requires org.apache.commons.lang3;
    // Without it no events are recorded.
    requires static jdk.jfr;

    exports io.github.mapcontig;
    // VFIO takes system calls and memory that ends safely: what the library has for itself.
    exports io.github.mapcontig.internal.libc to io.github.mapcontig.devices;
    exports io.github.mapcontig.internal.mapping to io.github.mapcontig.devices;
    exports io.github.mapcontig.internal.platform to io.github.mapcontig.devices;
}
