// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli.picture;

import io.github.mapcontig.cli.memory.PageKind;
import io.github.mapcontig.cli.memory.PhysicalMap;

/** Writes a map as SVG. */
public final class SvgPicture {
    private SvgPicture() {
    }

    /**
     * Draws.
     *
     * @param map the map
     * @return an SVG document, in UTF-8
     */
    public static String draw(final PhysicalMap map) {
        final ImagePainter painter = new ImagePainter(map);
        final Writer writer = new Writer();
        painter.paint(writer);
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + painter.width()
                + "\" height=\"" + painter.height() + "\" font-family=\"monospace\" font-size=\"" + ImageLayout.FONT + "\">\n"
                + "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n" + writer.text + "</svg>\n";
    }

    private static final class Writer implements Canvas {
        private final StringBuilder text = new StringBuilder();

        @Override
        public void box(final int x, final int y, final int width, final int height, final PageKind kind) {
            text.append("<rect x=\"").append(x).append("\" y=\"").append(y).append("\" width=\"").append(width)
                    .append("\" height=\"").append(height).append("\" fill=\"").append(Palette.hex(kind)).append("\"/>\n");
        }

        @Override
        public void text(final int x, final int y, final String words) {
            text.append("<text x=\"").append(x).append("\" y=\"").append(y).append("\" xml:space=\"preserve\">")
                    .append(words.replace("&", "&amp;").replace("<", "&lt;")).append("</text>\n");
        }
    }
}
