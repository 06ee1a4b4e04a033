// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli.text;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Writes JSON (RFC 8259) from maps, collections, strings, numbers, booleans and null. */
public final class Json {
    private static final int FIRST_PRINTABLE = 0x20;

    private final StringBuilder text = new StringBuilder();

    private Json() {
    }

    /**
     * Makes an object whose members keep their order.
     *
     * @param namesAndValues name, value, name, value ...; a value is what {@link #write} takes
     * @return a map that may be changed
     */
    public static Map<String, Object> object(final Object... namesAndValues) {
        final Map<String, Object> members = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            members.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return members;
    }

    /**
     * The form in which this program writes addresses: a string, since many readers of JSON round numbers beyond 2^53.
     *
     * @param address any, unsigned
     * @return such as {@code 0x140000000}
     */
    public static String address(final long address) {
        return "0x" + Long.toHexString(address);
    }

    /**
     * Writes a document.
     *
     * @param value a map with strings for keys, a collection, a string, an enum constant, a number, a boolean, an optional of
     *              these (empty is null), or null
     * @return one line of JSON
     * @throws IllegalArgumentException if there is anything else in it, or a number that JSON has no form for
     */
    public static String write(final Object value) {
        final Json json = new Json();
        json.append(value);
        return json.text.toString();
    }

    private void append(final Object value) {
        if (value instanceof Optional<?> optional) {
            append(optional.orElse(null));
        } else if (value == null || value instanceof Boolean || value instanceof Long || value instanceof Integer) {
            text.append(value);
        } else if (value instanceof Double number && Double.isFinite(number)) {
            text.append(String.format(Locale.ROOT, "%.3f", number));
        } else if (value instanceof String || value instanceof Enum) {
            appendString(value.toString());
        } else if (value instanceof Map<?, ?> map) {
            appendObject(map);
        } else if (value instanceof Collection<?> items) {
            appendArray(items);
        } else {
            throw new IllegalArgumentException("JSON has no form for " + value.getClass() + ": " + value);
        }
    }

    private void appendObject(final Map<?, ?> members) {
        String separator = "{";
        for (final Map.Entry<?, ?> member : members.entrySet()) {
            text.append(separator);
            appendString((String) member.getKey());
            text.append(':');
            append(member.getValue());
            separator = ",";
        }
        text.append(members.isEmpty() ? "{}" : "}");
    }

    private void appendArray(final Collection<?> items) {
        String separator = "[";
        for (final Object item : items) {
            text.append(separator);
            append(item);
            separator = ",";
        }
        text.append(items.isEmpty() ? "[]" : "]");
    }

    private void appendString(final String value) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            final char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                text.append('\\').append(c);
            } else if (c < FIRST_PRINTABLE || Character.isSurrogate(c)) {
                // A lone surrogate can not be written in UTF-8; escaped, a pair still is one character to the reader.
                text.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                text.append(c);
            }
        }
        text.append('"');
    }
}
