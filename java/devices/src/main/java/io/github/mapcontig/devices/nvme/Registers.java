// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.devices.nvme;

import io.github.mapcontig.devices.pci.MmioRegion;
import java.util.function.IntConsumer;

/** The registers of a controller (Base 3.1.3) and its doorbells (PCIe 3.1.2). */
final class Registers {
    /** What a read gives when nobody answers on the bus. */
    static final int NOBODY = -1;
    /** Bytes of a submission queue entry are 2 to this (CC.IOSQES): 64 (Base 3.3.3.1). */
    static final int SUBMISSION_ENTRY_SHIFT = 6;
    /** Bytes of a completion queue entry are 2 to this (CC.IOCQES): 16 (Base 3.3.3.2). */
    static final int COMPLETION_ENTRY_SHIFT = 4;

    /** Offsets. */
    static final int CAP = 0x00;
    static final int VS = 0x08;
    static final int INTMS = 0x0c;
    static final int CC = 0x14;
    static final int CSTS = 0x1c;
    static final int AQA = 0x24;
    static final int ASQ = 0x28;
    static final int ACQ = 0x30;
    static final int DOORBELLS = 0x1000;

    /** Bits of CC (Base 3.1.3.5). */
    static final int CC_ENABLE = 1;
    static final int CC_SHUTDOWN_MASK = 3 << 14;
    static final int CC_SHUTDOWN_NORMAL = 1 << 14;

    /** Bits of CSTS (Base 3.1.3.6). */
    static final int CSTS_READY = 1;
    static final int CSTS_FATAL = 1 << 1;
    static final int CSTS_SHUTDOWN_MASK = 3 << 2;
    static final int CSTS_SHUTDOWN_COMPLETE = 2 << 2;

    private static final int SMALLEST_PAGE_SHIFT = 12;

    private final MmioRegion bar;
    private final int stride;

    Registers(final MmioRegion bar) {
        this.bar = bar;
        this.stride = capabilities().doorbellStride();
    }

    NvmeCapabilities capabilities() {
        return NvmeCapabilities.decode(bar.getLong(CAP));
    }

    int version() {
        return bar.getInt(VS);
    }

    /** Nobody here handles interrupts: neither those of the admin queue nor any other reaches the machine (Base 3.1.3.3). */
    void maskInterrupts() {
        bar.putInt(INTMS, ~0);
    }

    int configuration() {
        return bar.getInt(CC);
    }

    void configure(final int value) {
        bar.putInt(CC, value);
    }

    int status() {
        return bar.getInt(CSTS);
    }

    /** Tells where the admin queues are and how many entries each has (Base 3.1.3.8 to 3.1.3.10). */
    void setAdminQueues(final int entries, final long submissions, final long completions) {
        bar.putInt(AQA, entries - 1 << 16 | entries - 1);
        bar.putLong(ASQ, submissions);
        bar.putLong(ACQ, completions);
    }

    /** The register that takes the tail of a submission queue (PCIe 3.1.2.1). */
    IntConsumer tailDoorbell(final int queue) {
        return doorbell(2 * queue);
    }

    /** The register that takes the head of a completion queue (PCIe 3.1.2.2). */
    IntConsumer headDoorbell(final int queue) {
        return doorbell(2 * queue + 1);
    }

    /**
     * The value of CC for a controller that reads and writes blocks: the NVM command set (CSS 0), round robin (AMS 0), the sizes of
     * entries that the NVM command set uses, and a size of memory pages; not enabled.
     *
     * @param pageSize bytes, a power of two, 4096 at least
     * @return the value
     */
    static int configurationFor(final long pageSize) {
        return Long.numberOfTrailingZeros(pageSize) - SMALLEST_PAGE_SHIFT << 7 | SUBMISSION_ENTRY_SHIFT << 16
                | COMPLETION_ENTRY_SHIFT << 20;
    }

    private IntConsumer doorbell(final int index) {
        final int offset = DOORBELLS + index * stride;
        return value -> bar.putInt(offset, value);
    }
}
