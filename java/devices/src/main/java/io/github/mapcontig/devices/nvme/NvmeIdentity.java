// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.devices.nvme;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * What a controller says about itself: the Identify Controller data structure (Base 5.17.2.1).
 *
 * @param model            model number, without the blanks at its end
 * @param serial           serial number, the same
 * @param firmware         firmware revision, the same
 * @param maxTransferSize  bytes that one command may move (MDTS); {@link Long#MAX_VALUE} if there is no limit
 * @param sgl              whether commands may have an SGL (SGLS)
 * @param submissionEntrySizeFits whether entries of 64 bytes are accepted (SQES)
 * @param completionEntrySizeFits whether entries of 16 bytes are accepted (CQES)
 * @param volatileWriteCache whether what was written needs a flush to last (VWC)
 * @param shutdownTimeout  how long a shutdown may take (RTD3E); zero if it does not say
 */
public record NvmeIdentity(String model, String serial, String firmware, long maxTransferSize, boolean sgl,
                           boolean submissionEntrySizeFits, boolean completionEntrySizeFits, boolean volatileWriteCache,
                           Duration shutdownTimeout) {
    private static final int SERIAL = 4;
    private static final int SERIAL_LENGTH = 20;
    private static final int MODEL = 24;
    private static final int MODEL_LENGTH = 40;
    private static final int FIRMWARE = 64;
    private static final int FIRMWARE_LENGTH = 8;
    private static final int MDTS = 77;
    private static final int RTD3E = 88;
    private static final int SQES = 512;
    private static final int CQES = 513;
    private static final int VWC = 525;
    private static final int SGLS = 536;

    /**
     * Takes the structure apart.
     *
     * @param data        4096 bytes, little-endian
     * @param minPageSize the unit of MDTS: bytes of the smallest page ({@link NvmeCapabilities#minPageSize()})
     * @return what it says
     */
    static NvmeIdentity decode(final ByteBuffer data, final long minPageSize) {
        final int mdts = Byte.toUnsignedInt(data.get(MDTS));
        final int sgls = data.getInt(SGLS) & 0x3;
        return new NvmeIdentity(text(data, MODEL, MODEL_LENGTH), text(data, SERIAL, SERIAL_LENGTH),
                text(data, FIRMWARE, FIRMWARE_LENGTH),
                mdts == 0 || mdts >= Long.numberOfLeadingZeros(minPageSize) ? Long.MAX_VALUE : minPageSize << mdts,
                sgls == 1 || sgls == 2,
                fits(data.get(SQES), Registers.SUBMISSION_ENTRY_SHIFT), fits(data.get(CQES), Registers.COMPLETION_ENTRY_SHIFT),
                (data.get(VWC) & 1) != 0, Duration.ofNanos(Integer.toUnsignedLong(data.getInt(RTD3E)) * 1000));
    }

    /** Minimum in the low four bits, maximum in the high ones. */
    private static boolean fits(final byte range, final int shift) {
        return (range & 0xf) <= shift && shift <= (range >>> 4 & 0xf);
    }

    private static String text(final ByteBuffer data, final int at, final int length) {
        final byte[] bytes = new byte[length];
        data.get(at, bytes);
        return new String(bytes, StandardCharsets.US_ASCII).replace('\0', ' ').stripTrailing();
    }
}
