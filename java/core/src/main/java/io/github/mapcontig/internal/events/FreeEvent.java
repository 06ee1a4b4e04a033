// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.internal.events;

import io.github.mapcontig.Source;
import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.MemoryAddress;
import jdk.jfr.Name;
import jdk.jfr.Timespan;

@Name("mapcontig.Free")
@Label("Contiguous Memory Release")
@Description("Contiguous memory went back to the system: closed, and used by no device any more, or dropped")
@Category("Contiguous Memory")
@Enabled(false)
final class FreeEvent extends Event {
    @Label("Address")
    @MemoryAddress
    private long address;

    @Label("Size")
    @DataAmount
    private long size;

    @Label("Source")
    private String source;

    @Label("Held Time")
    @Description("From allocation to release")
    @Timespan
    private long heldTime;

    FreeEvent() {
    }

    FreeEvent(final long address, final long size, final Source source, final long heldTime) {
        this.address = address;
        this.size = size;
        this.source = source.name();
        this.heldTime = heldTime;
    }
}
