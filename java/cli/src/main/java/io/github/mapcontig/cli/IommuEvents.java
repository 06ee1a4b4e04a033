// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Records what IOMMUs are told to map, by the kernel's tracepoint {@code iommu:map}: one event for each physically contiguous
 * piece. Takes root, and tracefs; one at a time.
 */
public final class IommuEvents implements AutoCloseable {
    private static final Path TRACING = Path.of("/sys/kernel/tracing");
    private static final Path SWITCH = TRACING.resolve("events/iommu/map/enable");
    private static final Path TRACE = TRACING.resolve("trace");
    private static final Pattern EVENT = Pattern.compile(" map: IOMMU: iova=0x(\\p{XDigit}+) - 0x\\p{XDigit}+"
            + " paddr=0x(\\p{XDigit}+) size=(\\d+)");
    private static final int HEX = 16;

    /**
     * A piece that was mapped.
     *
     * @param deviceAddress   where the device finds it
     * @param physicalAddress where it is
     * @param size            bytes
     */
    public record Piece(long deviceAddress, long physicalAddress, long size) {
    }

    private IommuEvents() {
        write(TRACE, "");
        write(SWITCH, "1");
    }

    /**
     * Whether this kernel tells, and this process may ask.
     *
     * @return true if so
     */
    public static boolean areThere() {
        return Files.isWritable(SWITCH);
    }

    /**
     * Begins to record.
     *
     * @return the record, which the caller closes to end it
     */
    public static IommuEvents record() {
        return new IommuEvents();
    }

    /**
     * What was mapped since the beginning within a range of device addresses.
     *
     * @param first first address
     * @param size  bytes
     * @return the pieces in the order in which they were mapped
     */
    public List<Piece> within(final long first, final long size) {
        try {
            return pieces(Files.readString(TRACE)).stream()
                    .filter(piece -> piece.deviceAddress() >= first && piece.deviceAddress() < first + size).toList();
        } catch (final IOException e) {
            throw new UncheckedIOException("can not read " + TRACE, e);
        }
    }

    /**
     * Finds the events in a trace.
     *
     * @param trace its text
     * @return what was mapped
     */
    static List<Piece> pieces(final String trace) {
        final Matcher matcher = EVENT.matcher(trace);
        return matcher.results().map(IommuEvents::piece).toList();
    }

    private static Piece piece(final MatchResult event) {
        return new Piece(Long.parseUnsignedLong(event.group(1), HEX), Long.parseUnsignedLong(event.group(2), HEX),
                Long.parseLong(event.group(3)));
    }

    /** Ends the record. */
    @Override
    public void close() {
        write(SWITCH, "0");
    }

    private static void write(final Path file, final String text) {
        try {
            Files.writeString(file, text);
        } catch (final IOException e) {
            throw new UncheckedIOException("can not write " + file + ": run as root, with tracefs mounted", e);
        }
    }
}
