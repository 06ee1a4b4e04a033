// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.devices.nvme;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The other side of the registers: a thread that looks at the file of the BAR as a controller at its registers, written from the
 * specification and not from the driver. It completes commands in an order of its own.
 */
final class FakeNvme implements AutoCloseable {
    static final int BLOCKS = 8192;
    static final int BLOCK_SIZE = 512;
    static final int STRIDE = 16;
    static final int MAX_ENTRIES = 128;
    static final int MDTS_BYTES = 4 << 20;

    private static final VarHandle INT = MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int PAGE = 4096;

    /** Opcodes of I/O commands that are taken and never completed. */
    final Set<Integer> swallowed = ConcurrentHashMap.newKeySet();
    /** Status fields (SCT in bits 8 to 10, SC below) with which commands of an opcode end, admin commands with 0x100 added. */
    final Map<Integer, Integer> statuses = new ConcurrentHashMap<>();
    /** What went wrong with the driver. */
    final List<Throwable> faults = Collections.synchronizedList(new ArrayList<>());
    volatile boolean neverReady;
    volatile boolean neverStops;
    volatile boolean gone;
    volatile boolean shutDown;
    volatile int started;
    volatile int listPages;
    /** How many submission queues there were when it was disabled. */
    volatile int queuesAtTheEnd;

    private final MappedByteBuffer bar;
    private final FakeBus bus;
    private final byte[] disk = new byte[BLOCKS * BLOCK_SIZE];
    private final Map<Integer, Ring> submissions = new TreeMap<>();
    private final Map<Integer, Ring> completions = new HashMap<>();
    private final Random random = new Random(7);
    private final Thread thread;
    private volatile boolean stopping;
    private boolean enabled;

    FakeNvme(final Path resource, final FakeBus bus) throws IOException {
        this.bus = bus;
        try (FileChannel channel = FileChannel.open(resource, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            bar = channel.map(FileChannel.MapMode.READ_WRITE, 0, channel.size());
        }
        bar.order(ByteOrder.LITTLE_ENDIAN);
        // TO 40 (20 s), DSTRD 2, CQR, NVM command set, pages of 4096 to 65536 bytes
        bar.putLong(0, MAX_ENTRIES - 1 | 1 << 16 | 40L << 24 | 2L << 32 | 1L << 37 | 4L << 52);
        bar.putInt(8, 0x0001_0400);
        thread = new Thread(this::run, "fake nvme");
        thread.setDaemon(true);
        thread.start();
    }

    /** A ring as the controller knows it. */
    private static final class Ring {
        private final long address;
        private final int entries;
        private final int partner;
        private int index;
        private int phase = 1;
        private int head;

        Ring(final long address, final int entries, final int partner) {
            this.address = address;
            this.entries = entries;
            this.partner = partner;
        }
    }

    /** Half a second is enough for those who wait in vain. */
    void promiseToBeQuick() {
        bar.put(3, (byte) 1);
    }

    byte[] disk() {
        return disk;
    }

    /** Everything reads all ones from now on. */
    void pullOut() {
        gone = true;
        join();
        vanish();
    }

    private void vanish() {
        for (int offset = 0; offset < bar.capacity(); offset += Integer.BYTES) {
            INT.setVolatile(bar, offset, -1);
        }
    }

    void failFatally() {
        endWith(3);
    }

    /** As after a reset that the driver did not ask for. */
    void forgetEverything() {
        endWith(0);
    }

    private void endWith(final int status) {
        stopping = true;
        join();
        INT.setVolatile(bar, 0x1c, status);
    }

    @Override
    public void close() {
        stopping = true;
        join();
    }

    private void join() {
        try {
            thread.join();
        } catch (final InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private void run() {
        try {
            while (!stopping && !gone) {
                step();
                Thread.yield();
            }
        } catch (final RuntimeException | Error e) {
            faults.add(e);
            // Nobody shall wait for a controller that has lost its head
            vanish();
        }
    }

    private int register(final int offset) {
        return (int) INT.getVolatile(bar, offset);
    }

    private void step() {
        final int configuration = register(0x14);
        if ((configuration & 1) == 1 && !enabled) {
            enable(configuration);
        } else if ((configuration & 1) == 0 && enabled && !neverStops) {
            queuesAtTheEnd = submissions.size();
            submissions.clear();
            completions.clear();
            for (int offset = 0x1000; offset < bar.capacity(); offset += Integer.BYTES) {
                bar.putInt(offset, 0);
            }
            enabled = false;
            INT.setVolatile(bar, 0x1c, 0);
        } else if (enabled) {
            if ((configuration >>> 14 & 3) == 1) {
                shutDown = true;
                INT.setVolatile(bar, 0x1c, 1 | 2 << 2);
            }
            List.copyOf(submissions.keySet()).forEach(this::serve);
        }
    }

    private void enable(final int configuration) {
        expect((configuration >>> 16 & 0xff) == 0x46, "entry sizes");
        expect((configuration >>> 4 & 0x7f) == 0, "command set, page size");
        expect(register(0x0c) == -1, "interrupts are masked");
        enabled = true;
        started++;
        if (neverReady) {
            return;
        }
        final int sizes = bar.getInt(0x24);
        submissions.put(0, new Ring(bar.getLong(0x28), (sizes & 0xfff) + 1, 0));
        completions.put(0, new Ring(bar.getLong(0x30), (sizes >>> 16) + 1, 0));
        INT.setVolatile(bar, 0x1c, 1);
    }

    private void serve(final int number) {
        final Ring ring = submissions.get(number);
        if (ring == null) {
            return;
        }
        final int tail = register(0x1000 + 2 * number * STRIDE);
        expect(tail < ring.entries, "tail inside the ring");
        final List<int[]> done = new ArrayList<>();
        while (ring.index != tail) {
            final ByteBuffer entry = bus.reach(ring.address + ring.index * 64L, 64);
            ring.index = (ring.index + 1) % ring.entries;
            final int identifier = entry.getInt(0) >>> 16;
            final int opcode = entry.getInt(0) & 0xff;
            if (number == 0 || !swallowed.contains(opcode)) {
                final int[] outcome = number == 0 ? administer(opcode, entry) : transfer(opcode, entry);
                done.add(new int[] {identifier, outcome[0], outcome[1]});
            }
        }
        Collections.shuffle(done, random);
        done.forEach(completion -> complete(number, ring, completion));
    }

    private void complete(final int number, final Ring submission, final int[] completion) {
        final Ring ring = completions.get(submission.partner);
        ring.head = register(0x1000 + (2 * submission.partner + 1) * STRIDE);
        expect((ring.index + 1) % ring.entries != ring.head, "room in the completion queue");
        final ByteBuffer entry = bus.reach(ring.address + ring.index * 16L, 16);
        entry.putInt(0, completion[2]);
        entry.putInt(4, 0);
        entry.putInt(8, number << 16 | submission.index);
        INT.setRelease(entry, 12, completion[1] << 17 | ring.phase << 16 | completion[0]);
        if (++ring.index == ring.entries) {
            ring.index = 0;
            ring.phase ^= 1;
        }
    }

    private int[] administer(final int opcode, final ByteBuffer entry) {
        final Integer status = statuses.get(0x100 + opcode);
        if (status != null) {
            return new int[] {status, 0};
        }
        final long address = entry.getLong(24);
        final int dword10 = entry.getInt(40);
        final int dword11 = entry.getInt(44);
        expect(entry.getInt(0) >>> 14 << 14 == entry.getInt(0) >>> 16 << 16, "admin commands have PRPs");
        switch (opcode) {
            case 0x06 -> identify(dword10, entry.getInt(4), bus.reach(address, PAGE));
            case 0x09 -> {
                expect(dword10 == 7, "number of queues");
                return new int[] {0, 1 << 16 | 2};
            }
            case 0x05 -> completions.put(dword10 & 0xffff, ring(address, dword10, dword11, 0));
            case 0x01 -> submissions.put(dword10 & 0xffff, ring(address, dword10, dword11, dword11 >>> 16));
            case 0x00 -> {
                submissions.remove(dword10);
                INT.setVolatile(bar, 0x1000 + 2 * dword10 * STRIDE, 0);
            }
            case 0x04 -> {
                completions.remove(dword10);
                INT.setVolatile(bar, 0x1000 + (2 * dword10 + 1) * STRIDE, 0);
            }
            default -> {
                return new int[] {1, 0};
            }
        }
        return new int[] {0, 0};
    }

    private Ring ring(final long address, final int dword10, final int dword11, final int partner) {
        expect(address % PAGE == 0 && (dword11 & 3) == 1, "contiguous, aligned, without interrupts");
        return new Ring(address, (dword10 >>> 16) + 1, partner);
    }

    private static void identify(final int what, final int namespace, final ByteBuffer answer) {
        answer.put(0, new byte[PAGE]);
        switch (what) {
            case 0 -> {
                expect(namespace == 3, "an active namespace");
                answer.putLong(0, BLOCKS);
                answer.put(26, (byte) 1);
                answer.putInt(132, 9 << 16);
            }
            case 1 -> {
                answer.put(4, "FAKE0001            ".getBytes(StandardCharsets.US_ASCII));
                answer.put(24, String.format("%-40s", "Fake Controller").getBytes(StandardCharsets.US_ASCII));
                answer.put(64, "1.0     ".getBytes(StandardCharsets.US_ASCII));
                answer.put(77, (byte) 10);
                answer.put(512, (byte) 0x66);
                answer.put(513, (byte) 0x44);
                answer.putInt(536, 2);
            }
            case 2 -> answer.putInt(0, namespace < 3 ? 3 : 0);
            default -> expect(false, "CNS " + what);
        }
    }

    private int[] transfer(final int opcode, final ByteBuffer entry) {
        final Integer status = statuses.get(opcode);
        if (status != null) {
            return new int[] {status, 0};
        }
        if (opcode == 0) {
            return new int[] {0, 0};
        }
        final long lba = entry.getLong(40);
        final int length = ((entry.getInt(48) & 0xffff) + 1) * BLOCK_SIZE;
        if (lba + length / BLOCK_SIZE > BLOCKS) {
            return new int[] {0x80, 0};
        }
        int at = Math.toIntExact(lba * BLOCK_SIZE);
        for (final long[] piece : pieces(entry, length)) {
            final ByteBuffer memory = bus.reach(piece[0], (int) piece[1]);
            if (opcode == 1) {
                memory.get(disk, at, (int) piece[1]);
            } else {
                memory.put(disk, at, (int) piece[1]);
            }
            at += piece[1];
        }
        return new int[] {0, 0};
    }

    /** The memory of a command, in order. */
    private List<long[]> pieces(final ByteBuffer entry, final int length) {
        final List<long[]> pieces = new ArrayList<>();
        if ((entry.getInt(0) >>> 14 & 3) == 1) {
            addDescribed(pieces, entry.getLong(24), entry.getLong(32), true);
            expect(pieces.stream().mapToLong(piece -> piece[1]).sum() == length, "descriptors of the whole length");
            return pieces;
        }
        long left = length;
        final long first = entry.getLong(24);
        final long second = entry.getLong(32);
        expect(first % 4 == 0, "PRP1 is a multiple of 4");
        pieces.add(new long[] {first, Math.min(left, PAGE - first % PAGE)});
        left -= pieces.get(0)[1];
        if (left > PAGE) {
            long list = second;
            int index = 0;
            listPages++;
            while (left > 0) {
                long value = bus.reach(list, PAGE).getLong(index * Long.BYTES);
                if (index == PAGE / Long.BYTES - 1 && left > PAGE) {
                    listPages++;
                    list = value;
                    index = 0;
                    value = bus.reach(list, PAGE).getLong(0);
                }
                expect(value % PAGE == 0, "entries of the list are whole pages");
                pieces.add(new long[] {value, Math.min(left, PAGE)});
                left -= Math.min(left, PAGE);
                index++;
            }
        } else if (left > 0) {
            expect(second % PAGE == 0, "PRP2 is a whole page");
            pieces.add(new long[] {second, left});
        }
        return pieces;
    }

    /** What an SGL descriptor describes: a data block, or a segment, of which only the last descriptor may describe another one. */
    private void addDescribed(final List<long[]> pieces, final long address, final long second, final boolean mayBeSegment) {
        final long size = second & 0xffff_ffffL;
        final int type = (int) (second >>> 60);
        expect((second >>> 32 & 0xfff_ffffL) == 0, "reserved bytes, subtype 0");
        expect(size > 0, "a length");
        if (type == 0) {
            pieces.add(new long[] {address, size});
            return;
        }
        expect(mayBeSegment && (type == 2 || type == 3), "descriptor type " + type);
        expect(size % 16 == 0, "whole descriptors");
        listPages++;
        final ByteBuffer segment = bus.reach(address, (int) size);
        for (int at = 0; at < size; at += 16) {
            final boolean link = at + 16 == size && type == 2;
            expect(link == segment.getLong(at + 8) >>> 60 > 0, "one more segment behind all but the last");
            addDescribed(pieces, segment.getLong(at), segment.getLong(at + 8), link);
        }
    }

    private static void expect(final boolean condition, final String what) {
        if (!condition) {
            throw new AssertionError("the driver broke a rule: " + what);
        }
    }
}
