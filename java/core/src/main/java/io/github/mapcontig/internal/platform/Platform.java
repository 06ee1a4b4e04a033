// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.internal.platform;

import java.util.Optional;
import org.apache.commons.lang3.ArchUtils;
import org.apache.commons.lang3.arch.Processor;

/**
 * The operating system and processor as the JVM names them.
 *
 * @param osName value of the system property {@code os.name}
 * @param osArch value of the system property {@code os.arch}: the architecture of the JVM, 32-bit for a 32-bit JVM on a
 *               64-bit kernel
 */
public record Platform(String osName, String osArch) {
    /**
     * The platform of this JVM.
     *
     * @return the description
     */
    public static Platform current() {
        return new Platform(System.getProperty("os.name"), System.getProperty("os.arch"));
    }

    /**
     * Whether every device sees what is in the processor's caches: on x86 they do, elsewhere it depends on the device.
     *
     * @return true if so
     */
    public boolean devicesSeeCaches() {
        final Processor processor = ArchUtils.getProcessor(osArch);
        return processor != null && processor.isX86();
    }

    /**
     * Why the library can not work here.
     *
     * @return the reason, one sentence; empty where it can
     */
    public Optional<String> unsupportedBecause() {
        if (!osName.equals("Linux")) {
            return Optional.of("this is " + osName + "; physically contiguous memory is a service of the Linux kernel");
        }
        final Processor processor = ArchUtils.getProcessor(osArch);
        if (processor == null) {
            return Optional.of("the processor architecture " + osArch + " is unknown to this library");
        }
        if (!processor.is64Bit()) {
            return Optional.of("this JVM is " + (processor.is32Bit() ? "32-bit" : "not 64-bit") + " (" + osArch
                    + "); addresses and lengths need 64 bits");
        }
        // Elsewhere (mips, sparc, alpha, parisc) the numbers of mmap flags differ from those in class Linux.
        final boolean genericNumbers = processor.isX86() || processor.isAarch64() || processor.isRISCV();
        return genericNumbers ? Optional.empty()
                : Optional.of("the processor architecture " + osArch + " is not supported: x86-64, AArch64 and 64-bit"
                        + " RISC-V are, whose kernels share the numbers this library uses");
    }
}
