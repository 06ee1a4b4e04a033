// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.internal.events;

/** Chooses the events of this JVM at first use. */
final class CurrentEvents {
    static final Events INSTANCE = isRecorderPresent() ? new RecordedEvents() : NoEvents.INSTANCE;

    private CurrentEvents() {
    }

    /** The module jdk.jfr is absent from small runtime images, and on the module path where nobody asks for it. */
    private static boolean isRecorderPresent() {
        try {
            Class.forName("jdk.jfr.Event");
            return true;
        } catch (final ClassNotFoundException e) {
            return false;
        }
    }
}
