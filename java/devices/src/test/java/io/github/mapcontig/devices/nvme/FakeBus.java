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

    /** How long the pieces are that {@link #mapPieces} makes of a buffer, each far from the others. */
    long pieceSize = Long.MAX_VALUE;

    private final PciFunction function;
    private final TreeMap<Long, Part> mapped = new TreeMap<>();
    private final List<DmaMapping> mappings = new ArrayList<>();
    private long next = FIRST;
    private boolean closed;

    FakeBus(final PciFunction function) {
        this.function = function;
    }

    /** What the device finds at an address. */
    private record Part(ContiguousBuffer buffer, long offset, long length) {
    }

    @Override
    public PciDevice device() {
        return function.device();
    }

    @Override
    public int addressBits() {
        return function.addressBits();
    }

    @Override
    public MmioRegion bar0() {
        return function.bar0();
    }

    @Override
    public DmaMapping map(final ContiguousBuffer buffer) {
        return map(buffer, buffer.size());
    }

    @Override
    public DmaMapping mapPieces(final ContiguousBuffer buffer) {
        return map(buffer, Math.min(pieceSize, buffer.size()));
    }

    private synchronized DmaMapping map(final ContiguousBuffer buffer, final long piece) {
        final AutoCloseable lease = buffer.beginDma();
        final List<Long> places = new ArrayList<>();
        for (long offset = 0; offset < buffer.size(); offset += piece) {
            places.add(next);
            mapped.put(next, new Part(buffer, offset, Math.min(piece, buffer.size() - offset)));
            next += APART;
        }
        final DmaMapping mapping = new DmaMapping() {
            @Override
            public ContiguousBuffer buffer() {
                return buffer;
            }

            @Override
            public long address(final long offset) {
                return places.get((int) (Objects.checkIndex(offset, buffer.size()) / piece)) + offset % piece;
            }

            @Override
            public long contiguousFrom(final long offset) {
                return Math.min(piece - offset % piece, buffer.size() - Objects.checkIndex(offset, buffer.size()));
            }

            @Override
            public AddressKind addressKind() {
                return AddressKind.BUS;
            }

            @Override
            public void close() {
                unmap(places, lease);
            }
        };
        mappings.add(mapping);
        return mapping;
    }

    private synchronized void unmap(final List<Long> places, final AutoCloseable lease) {
        places.forEach(mapped::remove);
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

    /** How many pieces are mapped. */
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
        final Map.Entry<Long, Part> found = mapped.floorEntry(address);
        if (found == null || address + length > found.getKey() + found.getValue().length()) {
            throw new AssertionError(String.format("the device accesses %d bytes at 0x%x, which is not mapped", length, address));
        }
        return found.getValue().buffer().asByteBuffer(found.getValue().offset() + address - found.getKey(), length)
                .order(ByteOrder.LITTLE_ENDIAN);
    }
}
