// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.devices.nvme;

/** How a command tells where its data is. */
public enum NvmeAddressing {
    /** Physical region pages: an entry for each page of memory, in lists where there are more than two (Base 4.1.1). All controllers. */
    PRP,
    /**
     * Scatter gather list descriptors: address and length of each piece of memory, in the command if it is one, in lists otherwise
     * (Base 4.1.2). Not all controllers: {@link NvmeIdentity#sgl()}.
     */
    SGL
}
