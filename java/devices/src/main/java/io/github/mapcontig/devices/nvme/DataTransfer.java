// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.devices.nvme;

import io.github.mapcontig.devices.pci.DmaMapping;
import java.util.ArrayList;
import java.util.List;

/** Blocks on their way: keeps the memory mapped and its list in place until the controller is done. */
final class DataTransfer implements Transfer {
    private final NvmeCommand command;
    private final NvmeAddressing addressing;
    private final ListPages pages;
    private final List<ListPage> used = new ArrayList<>();

    DataTransfer(final NvmeCommand command, final NvmeAddressing addressing, final ListPages pages) {
        this.command = command;
        this.addressing = addressing;
        this.pages = pages;
    }

    @Override
    public DataPointer begin() {
        final DmaMapping memory = command.memory();
        if (memory instanceof TrackedMapping) {
            ((TrackedMapping) memory).retain();
        }
        boolean begun = false;
        try {
            final DataCursor data = new DataCursor(memory, command.offset(), command.length());
            final DataPointer pointer = addressing == NvmeAddressing.SGL ? SglList.build(data, pages.pageSize(), this::page)
                    : PrpList.build(data, pages.pageSize(), this::page);
            begun = true;
            return pointer;
        } finally {
            if (!begun) {
                end();
            }
        }
    }

    @Override
    public void end() {
        pages.release(used);
        used.clear();
        if (command.memory() instanceof TrackedMapping) {
            ((TrackedMapping) command.memory()).release();
        }
    }

    private ListPage page() {
        final ListPage page = pages.acquire();
        used.add(page);
        return page;
    }
}
