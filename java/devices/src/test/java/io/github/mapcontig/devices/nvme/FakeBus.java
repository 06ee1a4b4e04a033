// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.devices.nvme;

import io.github.mapcontig.AddressKind;
import io.github.mapcontig.ContiguousBuffer;
import io.github.mapcontig.devices.pci.DmaMapping;
import io.github.mapcontig.devices.pci.MmioRegion;
import io.github.mapcontig.devices.pci.PciDevice;
import io.github.mapcontig.devices.pci.PciFunction;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * A function whose device sees memory at addresses that have nothing to do with physical ones, and only while it is mapped: a driver
 * that computes addresses otherwise, or closes a mapping too early, is found out.
 */
final class FakeBus implements PciFunction {
    private static final long FIRST = 0x40_0000_0000L;
    private static final long APART = 1L << 32;

    private final PciFunction function;
    private final TreeMap<Long, ContiguousBuffer> mapped = new TreeMap<>();
    private final List<DmaMapping> mappings = new ArrayList<>();
    private long next = FIRST;
    private boolean closed;

    FakeBus(final PciFunction function) {
        this.function = function;
    }

    @Override
    public PciDevice device() {
        return function.device();
    }

    @Override
    public MmioRegion bar0() {
        return function.bar0();
    }

    @Override
    public synchronized DmaMapping map(final ContiguousBuffer buffer) {
        final AutoCloseable lease = buffer.beginDma();
        final long base = next;
        next += APART;
        mapped.put(base, buffer);
        final DmaMapping mapping = new DmaMapping() {
            @Override
            public ContiguousBuffer buffer() {
                return buffer;
            }

            @Override
            public long address(final long offset) {
                return base + Objects.checkIndex(offset, buffer.size());
            }

            @Override
            public AddressKind addressKind() {
                return AddressKind.BUS;
            }

            @Override
            public void close() {
                unmap(base, lease);
            }
        };
        mappings.add(mapping);
        return mapping;
    }

    private synchronized void unmap(final long base, final AutoCloseable lease) {
        mapped.remove(base);
        try {
            lease.close();
        } catch (final Exception e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        function.close();
    }

    /** How many mappings are open. */
    synchronized int mappings() {
        return mapped.size();
    }

    synchronized void unmapAll() {
        mappings.forEach(DmaMapping::close);
    }

    synchronized boolean isClosed() {
        return closed;
    }

    /** Memory as the device reaches it; it is there, all of it, or the driver is wrong. */
    synchronized ByteBuffer reach(final long address, final int length) {
        final Map.Entry<Long, ContiguousBuffer> found = mapped.floorEntry(address);
        if (found == null || address + length > found.getKey() + found.getValue().size()) {
            throw new AssertionError(String.format("the device accesses %d bytes at 0x%x, which is not mapped", length, address));
        }
        return found.getValue().asByteBuffer(address - found.getKey(), length).order(ByteOrder.LITTLE_ENDIAN);
    }
}
