// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli.picture;

import io.github.mapcontig.cli.memory.PageKind;

/** What can draw coloured boxes and text. */
interface Canvas {
    /**
     * Draws a box.
     *
     * @param x      left edge, pixels
     * @param y      upper edge, pixels
     * @param width  pixels
     * @param height pixels
     * @param kind   whose colour it gets
     */
    void box(int x, int y, int width, int height, PageKind kind);

    /**
     * Writes.
     *
     * @param x    left edge, pixels
     * @param y    base line, pixels
     * @param text what to write
     */
    void text(int x, int y, String text);
}
