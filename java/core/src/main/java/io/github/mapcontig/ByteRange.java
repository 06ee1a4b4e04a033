// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

/**
 * A part of a buffer.
 *
 * @param offset bytes from its start
 * @param length bytes, greater than 0
 */
public record ByteRange(long offset, long length) {
}
