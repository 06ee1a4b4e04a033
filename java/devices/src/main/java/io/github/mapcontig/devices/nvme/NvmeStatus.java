// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.devices.nvme;

import java.util.Locale;
import java.util.Map;

/**
 * How a command ended: the status field of its completion (Base 3.3.3.2.1, NVM 3.1).
 *
 * @param type status code type (SCT), 0 to 7
 * @param code status code (SC), 0 to 255
 */
public record NvmeStatus(int type, int code) {
    /** The command did what it was to do. */
    public static final NvmeStatus SUCCESS = new NvmeStatus(0, 0);

    private static final Map<Integer, String> NAMES = Map.ofEntries(
            name(0, 0x00, "Successful Completion"),
            name(0, 0x01, "Invalid Command Opcode"),
            name(0, 0x02, "Invalid Field in Command"),
            name(0, 0x03, "Command ID Conflict"),
            name(0, 0x04, "Data Transfer Error"),
            name(0, 0x05, "Commands Aborted due to Power Loss Notification"),
            name(0, 0x06, "Internal Error"),
            name(0, 0x07, "Command Abort Requested"),
            name(0, 0x08, "Command Aborted due to SQ Deletion"),
            name(0, 0x0b, "Invalid Namespace or Format"),
            name(0, 0x0c, "Command Sequence Error"),
            name(0, 0x0d, "Invalid SGL Segment Descriptor"),
            name(0, 0x0e, "Invalid Number of SGL Descriptors"),
            name(0, 0x0f, "Data SGL Length Invalid"),
            name(0, 0x11, "SGL Descriptor Type Invalid"),
            name(0, 0x12, "Invalid Use of Controller Memory Buffer"),
            name(0, 0x13, "PRP Offset Invalid"),
            name(0, 0x16, "SGL Offset Invalid"),
            name(0, 0x1e, "SGL Data Block Granularity Invalid"),
            name(0, 0x20, "Namespace is Write Protected"),
            name(0, 0x80, "LBA Out of Range"),
            name(0, 0x81, "Capacity Exceeded"),
            name(0, 0x82, "Namespace Not Ready"),
            name(0, 0x83, "Reservation Conflict"),
            name(0, 0x84, "Format In Progress"),
            name(1, 0x00, "Completion Queue Invalid"),
            name(1, 0x01, "Invalid Queue Identifier"),
            name(1, 0x02, "Invalid Queue Size"),
            name(1, 0x08, "Invalid Interrupt Vector"),
            name(1, 0x0c, "Invalid Queue Deletion"),
            name(1, 0x0e, "Feature Not Changeable"),
            name(1, 0x80, "Conflicting Attributes"),
            name(1, 0x82, "Attempted Write to Read Only Range"),
            name(2, 0x80, "Write Fault"),
            name(2, 0x81, "Unrecovered Read Error"),
            name(2, 0x85, "Compare Failure"),
            name(2, 0x86, "Access Denied"),
            name(2, 0x87, "Deallocated or Unwritten Logical Block"));

    /**
     * Takes the last dword of a completion queue entry apart.
     *
     * @param dword dword 3: command identifier, phase tag, status field
     * @return its status
     */
    static NvmeStatus decode(final int dword) {
        return new NvmeStatus(dword >>> 25 & 0x7, dword >>> 17 & 0xff);
    }

    /**
     * Whether the command did what it was to do.
     *
     * @return true if so
     */
    public boolean isSuccess() {
        return type == 0 && code == 0;
    }

    /**
     * What the specification calls it.
     *
     * @return the name; for one that is not in the list here, what kind it is of
     */
    public String name() {
        return NAMES.getOrDefault(key(type, code), switch (type) {
            case 0 -> "Generic Command Status";
            case 1 -> "Command Specific Status";
            case 2 -> "Media and Data Integrity Error";
            case 3 -> "Path Related Status";
            case 7 -> "Vendor Specific";
            default -> "Reserved Status";
        });
    }

    /** Name and numbers, such as {@code LBA Out of Range (SCT 0x0, SC 0x80)}. */
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%s (SCT 0x%x, SC 0x%02x)", name(), type, code);
    }

    private static Map.Entry<Integer, String> name(final int type, final int code, final String name) {
        return Map.entry(key(type, code), name);
    }

    private static int key(final int type, final int code) {
        return type << 8 | code;
    }
}
