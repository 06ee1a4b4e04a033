// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli.picture;

import io.github.mapcontig.cli.memory.PageKind;
import io.github.mapcontig.cli.memory.PhysicalMap;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import javax.imageio.ImageIO;

/** Writes a map as PNG, by the JDK's own means; takes the module java.desktop and a font, but no display. */
public final class PngPicture {
    private PngPicture() {
    }

    /**
     * Draws.
     *
     * @param map the map
     * @return a PNG file
     * @throws IOException if the image can not be encoded
     */
    public static byte[] draw(final PhysicalMap map) throws IOException {
        System.setProperty("java.awt.headless", "true");
        final ImagePainter painter = new ImagePainter(map);
        final BufferedImage image = new BufferedImage(painter.width(), painter.height(), BufferedImage.TYPE_INT_RGB);
        final Graphics2D graphics = image.createGraphics();
        try {
            graphics.setColor(Color.WHITE);
            graphics.fillRect(0, 0, image.getWidth(), image.getHeight());
            graphics.setFont(new Font(Font.MONOSPACED, Font.PLAIN, ImageLayout.FONT));
            painter.paint(new Painter(graphics));
        } finally {
            graphics.dispose();
        }
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        if (!ImageIO.write(image, "png", bytes)) {
            throw new IOException("this JVM has no writer for PNG");
        }
        return bytes.toByteArray();
    }

    private record Painter(Graphics2D graphics) implements Canvas {
        @Override
        public void box(final int x, final int y, final int width, final int height, final PageKind kind) {
            graphics.setColor(new Color(Palette.colour(kind)));
            graphics.fillRect(x, y, width, height);
        }

        @Override
        public void text(final int x, final int y, final String words) {
            graphics.setColor(Color.BLACK);
            graphics.drawString(words, x, y);
        }
    }
}
