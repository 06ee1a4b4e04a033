// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.devices.nvme;

import java.nio.ByteBuffer;

/**
 * A namespace: numbered blocks of one size, from the Identify Namespace data structure (NVM 4.1.5.1).
 *
 * @param id           its number (NSID)
 * @param blockSize    bytes of a block
 * @param blocks       how many there are (NSZE)
 * @param metadataSize bytes of metadata with each block; a namespace that has some can not be read or written here
 * @param maxBlocks    how many one command may read or write: 65536 at most (NLB has 16 bits), less if the controller says so
 *                     ({@link NvmeIdentity#maxTransferSize()})
 */
public record NvmeNamespace(int id, int blockSize, long blocks, int metadataSize, int maxBlocks) {
    /** Blocks that one command can name. */
    public static final int MOST_BLOCKS = 1 << 16;

    private static final int FLBAS = 26;
    private static final int LBA_FORMATS = 128;

    /**
     * Takes the structure apart.
     *
     * @param id              number of the namespace
     * @param data            4096 bytes, little-endian
     * @param maxTransferSize bytes that one command may move
     * @return what it says
     */
    static NvmeNamespace decode(final int id, final ByteBuffer data, final long maxTransferSize) {
        final int flbas = data.get(FLBAS);
        final int format = data.getInt(LBA_FORMATS + Integer.BYTES * (flbas & 0xf | flbas >>> 1 & 0x30));
        final int blockSize = 1 << (format >>> 16 & 0xff);
        return new NvmeNamespace(id, blockSize, data.getLong(0), format & 0xffff,
                (int) Math.min(MOST_BLOCKS, maxTransferSize / blockSize));
    }

    /**
     * How much it holds.
     *
     * @return bytes
     */
    public long size() {
        return blocks * blockSize;
    }
}
