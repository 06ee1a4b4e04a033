// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli;

import io.github.mapcontig.Refusal;
import io.github.mapcontig.cli.memory.MappedRegion;
import io.github.mapcontig.cli.memory.ProcessMaps;
import io.github.mapcontig.cli.memory.VirtualRange;
import io.github.mapcontig.cli.text.Json;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.TypeConversionException;

/**
 * Addresses as people write them.
 *
 * @param start first virtual address
 * @param end   address behind the last one; empty if only one was given
 */
record AddressRange(long start, OptionalLong end) {
    private static final int HEX = 16;
    private static final Pattern FORM = Pattern.compile("((?:0x)?[0-9a-fA-F]{1,16})(?:([-+])(.+))?");
    private static final String FORMS = "write ADDRESS, ADDRESS+LENGTH or ADDRESS-END; addresses are hexadecimal, with or"
            + " without 0x, a length is one like 64M or 0x1000";

    /** Reads {@code ADDRESS}, {@code ADDRESS+LENGTH} or {@code ADDRESS-END}. */
    static AddressRange parse(final String text) {
        final Matcher matcher = FORM.matcher(text.strip());
        if (!matcher.matches()) {
            throw new TypeConversionException("'" + text + "' is no address: " + FORMS);
        }
        final long start = address(matcher.group(1));
        if (matcher.group(2) == null) {
            return new AddressRange(start, OptionalLong.empty());
        }
        final String rest = matcher.group(3);
        final long end = matcher.group(2).equals("-") ? address(rest)
                : start + (rest.startsWith("0x") ? address(rest) : ByteSize.parse(rest).bytes());
        if (Long.compareUnsigned(end, start) <= 0) {
            throw new TypeConversionException("'" + text + "' is empty, or passes the last address: " + FORMS);
        }
        return new AddressRange(start, OptionalLong.of(end));
    }

    private static long address(final String text) {
        try {
            return Long.parseUnsignedLong(text.startsWith("0x") ? text.substring(2) : text, HEX);
        } catch (final NumberFormatException e) {
            throw new TypeConversionException("'" + text + "' is no address: " + FORMS);
        }
    }

    /**
     * The whole pages that are meant. A single address means the rest of its mapping.
     *
     * @param maps     mappings of the process
     * @param pageSize bytes in a page
     * @return the range
     */
    VirtualRange resolve(final ProcessMaps maps, final long pageSize) {
        final VirtualRange asked = new VirtualRange(start, end.orElse(start + 1));
        if (maps.touching(asked).stream().noneMatch(MappedRegion::inUserSpace)) {
            throw notMapped(maps, start);
        }
        return (end.isPresent() ? asked : new VirtualRange(start, maps.at(start).orElseThrow().end())).wholePages(pageSize);
    }

    private static CommandFailure notMapped(final ProcessMaps maps, final long address) {
        return new CommandFailure(ExitStatus.NEGATIVE, "nothing is mapped at " + Json.address(address),
                Refusal.of("mappings", nearest(maps, address), "look at the mappings: contig inspect PID"), null);
    }

    /** The nearest mapping in words. */
    static String nearest(final ProcessMaps maps, final long address) {
        final Optional<MappedRegion> nearest = maps.nearest(address);
        return nearest.map(region -> "the nearest mapping is " + region)
                .orElse("the process has no mappings: a kernel thread, or it has ended");
    }
}
