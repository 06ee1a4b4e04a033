// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.devices.nvme;

import io.github.mapcontig.devices.pci.DmaMapping;
import java.util.ArrayList;
import java.util.List;

/** Blocks on their way: keeps the memory mapped and its PRP list in place until the controller is done. */
final class DataTransfer implements Transfer {
    private final NvmeCommand command;
    private final NvmeAddressing addressing;
    private final int pageSize;
    private final ListPages pages;
    private final List<ListPage> used = new ArrayList<>();

    DataTransfer(final NvmeCommand command, final NvmeAddressing addressing, final int pageSize, final ListPages pages) {
        this.command = command;
        this.addressing = addressing;
        this.pageSize = pageSize;
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
            final long address = memory.address(command.offset());
            final DataPointer pointer = addressing == NvmeAddressing.SGL ? DataPointer.sgl(address, command.length())
                    : PrpList.build(address, command.length(), pageSize, this::page);
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
