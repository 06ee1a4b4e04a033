// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.internal.events;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.MemoryAddress;
import jdk.jfr.Name;

@Name("mapcontig.Moved")
@Label("Contiguous Memory Moved")
@Description("A part of a buffer is not where it was when the buffer was allocated: a device that knows the old address reaches"
        + " the memory of others")
@Category("Contiguous Memory")
final class MovedEvent extends Event {
    @Label("Address")
    @Description("Virtual address of the buffer")
    @MemoryAddress
    private long address;

    @Label("Offset")
    @Description("Where the part starts in the buffer")
    @DataAmount
    private long offset;

    @Label("Length")
    @DataAmount
    private long length;

    @Label("Old Physical Address")
    @Description("Of the first byte of the part; 0 if it was not present")
    @MemoryAddress
    private long oldPhysicalAddress;

    @Label("New Physical Address")
    @Description("Of the first byte of the part; 0 if it is not present")
    @MemoryAddress
    private long newPhysicalAddress;

    MovedEvent() {
    }

    MovedEvent(final long address, final long offset, final long length, final long oldPhysicalAddress,
               final long newPhysicalAddress) {
        this.address = address;
        this.offset = offset;
        this.length = length;
        this.oldPhysicalAddress = oldPhysicalAddress;
        this.newPhysicalAddress = newPhysicalAddress;
    }
}
