// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.internal.watch;

import java.util.List;
import org.apache.commons.lang3.Validate;

/**
 * What is done about buffers that are dropped without close.
 *
 * @param depth      how many callers to record of each allocation
 * @param quarantine whether memory that was dropped stays allocated, since a device may still write to it
 */
public record LeakPolicy(int depth, boolean quarantine) {
    private static final String DETECTION = "mapcontig.leakDetection";
    private static final String ON_LEAK = "mapcontig.onLeak";
    private static final List<String> DETECTIONS = List.of("off", "site", "full");
    private static final List<String> REACTIONS = List.of("release", "quarantine");
    private static final int[] DEPTHS = {0, 1, Integer.MAX_VALUE};

    /**
     * The policy that the system properties {@code mapcontig.leakDetection} (off, site or full; site if not set) and
     * {@code mapcontig.onLeak} (release or quarantine; release if not set) ask for.
     *
     * @return the policy
     * @throws IllegalArgumentException if one has another value
     */
    public static LeakPolicy fromProperties() {
        return new LeakPolicy(DEPTHS[choice(DETECTION, DETECTIONS, "site")], choice(ON_LEAK, REACTIONS, "release") == 1);
    }

    private static int choice(final String property, final List<String> values, final String byDefault) {
        final String value = System.getProperty(property, byDefault);
        final int index = values.indexOf(value);
        Validate.isTrue(index >= 0, "the system property %s must be one of %s: %s", property, values, value);
        return index;
    }
}
