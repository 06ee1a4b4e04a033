// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

import java.nio.file.Path;

/** Run by {@link WithoutRecorderTest} in a JVM that may lack the flight recorder. */
final class WithoutRecorderProgram {
    private WithoutRecorderProgram() {
    }

    /**
     * Goes through every place that fires an event.
     *
     * @param args a folder for the imagined machine
     * @throws InterruptedException never
     */
    public static void main(final String[] args) throws InterruptedException {
        System.out.println("recorder " + ModuleLayer.boot().findModule("jdk.jfr").isPresent());
        final FakeMachine machine = new FakeMachine(Path.of(args[0]));
        try (ContiguousBuffer buffer = machine.request().size(4096).allocate()) {
            buffer.verify();
        }
        machine.request().size(4096).allocate();
        for (int i = 0; i < 100 && !machine.libC.mapped.isEmpty(); i++) {
            System.gc();
            Thread.sleep(25);
        }
        machine.libC.contigError = 12;
        try {
            machine.request().size(8192).allocate();    // a single page is served by LOCKED
        } catch (final ContiguousMemoryException e) {
            System.out.println(machine.environment.ledger().statistics());
        }
    }
}
