// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli.picture;

import io.github.mapcontig.cli.memory.PageKind;

/** One look for each kind of page, in all pictures. */
final class Palette {
    private static final int BYTE = 0xff;
    private static final int GREEN_SHIFT = 8;
    private static final int RED_SHIFT = 16;

    private Palette() {
    }

    /** A letter, where there are no colours. */
    static char letter(final PageKind kind) {
        return switch (kind) {
            case HOLE -> ' ';
            case FREE -> '.';
            case RESERVE -> 'r';
            case ANONYMOUS -> 'a';
            case PAGE_CACHE -> 'c';
            case LOCKED -> 'L';
            case HUGE -> 'H';
            case KERNEL -> 'k';
            case BROKEN -> 'X';
            case OURS -> '#';
        };
    }

    /** A colour, 0xRRGGBB, told apart also by who sees no red or green (after Okabe and Ito). */
    static int colour(final PageKind kind) {
        return switch (kind) {
            case HOLE -> 0xffffff;
            case FREE -> 0xdddddd;
            case RESERVE -> 0x009e73;
            case ANONYMOUS -> 0x56b4e9;
            case PAGE_CACHE -> 0xf0e442;
            case LOCKED -> 0xcc79a7;
            case HUGE -> 0x0072b2;
            case KERNEL -> 0x666666;
            case BROKEN -> 0x000000;
            case OURS -> 0xd55e00;
        };
    }

    /** The colour as SVG writes it. */
    static String hex(final PageKind kind) {
        return String.format("#%06x", colour(kind));
    }

    /** Turns a terminal's text to the colour (24 bit, which terminals without it round). */
    static String ansi(final PageKind kind) {
        final int colour = colour(kind);
        return "\u001b[38;2;" + (colour >> RED_SHIFT) + ";" + (colour >> GREEN_SHIFT & BYTE) + ";" + (colour & BYTE) + "m";
    }
}
