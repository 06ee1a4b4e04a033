// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.internal.events;

import io.github.mapcontig.ContiguousBuffer;
import io.github.mapcontig.Extent;
import java.util.List;
import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.MemoryAddress;
import jdk.jfr.Name;

@Name("mapcontig.Allocate")
@Label("Contiguous Memory Allocation")
@Description("A request for physically contiguous memory, from asking the first source to the proof")
@Category("Contiguous Memory")
@Enabled(false)
final class AllocateEvent extends Event implements Events.Allocating {
    @Label("Size")
    @DataAmount
    private long size;

    @Label("Source")
    @Description("Where the memory came from; none if no source could serve")
    private String source;

    @Label("Address")
    @Description("Virtual address; 0 if no source could serve")
    @MemoryAddress
    private long address;

    @Label("Physical Address")
    @Description("Of the first byte, or the bus's; 0 if nobody tells it to this process, or no source could serve")
    @MemoryAddress
    private long physicalAddress;

    @Label("Contiguous")
    @Description("Whether the memory is proved to be contiguous")
    private boolean contiguous;

    @Label("Refusals")
    @Description("How many sources could not serve")
    private int refusals;

    @Override
    public void succeeded(final ContiguousBuffer buffer, final int refusalsBefore) {
        end();
        if (shouldCommit()) {
            size = buffer.size();
            source = buffer.source().name();
            address = buffer.address();
            contiguous = buffer.proof().isContiguous();
            final List<Extent> extents = buffer.extents();
            physicalAddress = extents.isEmpty() ? 0 : extents.get(0).physicalAddress();
            refusals = refusalsBefore;
            commit();
        }
    }

    @Override
    public void failed(final long wanted, final int refusalsInAll) {
        end();
        if (shouldCommit()) {
            size = wanted;
            refusals = refusalsInAll;
            commit();
        }
    }
}
