// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli;

import io.github.mapcontig.Extent;
import io.github.mapcontig.cli.memory.Move;
import io.github.mapcontig.cli.text.Json;
import io.github.mapcontig.internal.platform.Sizes;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** How extents and moves are written, by all commands. */
final class Layouts {
    private Layouts() {
    }

    /** Extents for JSON. */
    static List<Map<String, Object>> document(final List<Extent> extents) {
        return extents.stream().map(extent -> Json.object("offset", extent.offset(),
                "physical", Json.address(extent.physicalAddress()), "length", extent.length())).toList();
    }

    /** A move for JSON. */
    static Map<String, Object> document(final Move move) {
        return Json.object("offset", move.offset(), "length", move.length(), "before", address(move.before()),
                "after", address(move.after()));
    }

    private static String address(final OptionalLong address) {
        return address.isPresent() ? Json.address(address.getAsLong()) : null;
    }

    /** A move in words. */
    static String words(final Move move) {
        return Sizes.exact(move.length()) + " at offset " + Json.address(move.offset()) + ": " + place(move.before()) + " -> "
                + place(move.after());
    }

    private static String place(final OptionalLong address) {
        return address.isPresent() ? "physical " + Json.address(address.getAsLong()) : "not present";
    }
}
