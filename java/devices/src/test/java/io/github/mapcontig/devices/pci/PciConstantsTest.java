// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.devices.pci;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Compares the numbers in the Java code with what a C program prints from the system's headers. */
class PciConstantsTest {
    @Test
    void shouldAgreeWithTheHeader() throws IOException, InterruptedException {
        final Process process = new ProcessBuilder(System.getProperty("mapcontig.constants")).start();
        final String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);

        assertThat(process.waitFor()).isZero();
        assertThat(printed.lines()).contains("PCI_COMMAND " + ConfigSpace.PCI_COMMAND,
                "PCI_COMMAND_MEMORY " + ConfigSpace.PCI_COMMAND_MEMORY, "PCI_COMMAND_MASTER " + ConfigSpace.PCI_COMMAND_MASTER);
    }
}
