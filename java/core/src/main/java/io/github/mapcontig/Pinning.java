// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

/** What keeps memory where it is. Being locked (mlock) does not: locked pages are moved by compaction like others. */
public enum Pinning {
    /** Nothing: the kernel may move it at any time. A proof is about the moment in which it was taken. */
    NONE,

    /** It is registered as a buffer of an io_uring, which pins each page until the memory is freed. */
    IO_URING,

    /** It is of a kind that the kernel never moves: MAP_CONTIG, a dma-heap, u-dma-buf. */
    UNMOVABLE
}
