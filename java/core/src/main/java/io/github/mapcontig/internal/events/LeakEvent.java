// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.internal.events;

import io.github.mapcontig.Source;
import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.MemoryAddress;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

@Name("mapcontig.Leak")
@Label("Contiguous Memory Leak")
@Description("A buffer was dropped without close()")
@Category("Contiguous Memory")
@StackTrace(false) // It would be that of the garbage collector's helper.
final class LeakEvent extends Event {
    @Label("Address")
    @MemoryAddress
    private long address;

    @Label("Size")
    @DataAmount
    private long size;

    @Label("Source")
    private String source;

    @Label("Kept")
    @Description("Whether the memory stays allocated until the process ends, since a device may write to it")
    private boolean kept;

    @Label("Allocation Site")
    @Description("Where the buffer was allocated, as far as -Dmapcontig.leakDetection records it")
    private String allocationSite;

    LeakEvent() {
    }

    LeakEvent(final long address, final long size, final Source source, final boolean kept, final String allocationSite) {
        this.address = address;
        this.size = size;
        this.source = source.name();
        this.kept = kept;
        this.allocationSite = allocationSite;
    }
}
