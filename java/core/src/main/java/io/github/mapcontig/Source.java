// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

/** Where contiguous memory comes from. The order of the constants is the order in which they are tried by default. */
public enum Source {
    /** {@code mmap(MAP_CONTIG)} of a kernel that has it: any size, unmovable, usable for any I/O. */
    MAP_CONTIG
}
