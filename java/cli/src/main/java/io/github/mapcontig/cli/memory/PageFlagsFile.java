// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli.memory;

import io.github.mapcontig.KernelPageFlags;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.function.LongConsumer;

/** /proc/kpageflags, read in bulk. Not thread-safe. */
public final class PageFlagsFile implements AutoCloseable {
    /** So many page frames by one system call that the call does not count. */
    private static final int BATCH = 1 << 16;

    private final ByteBuffer bytes = ByteBuffer.allocateDirect(BATCH * Long.BYTES).order(ByteOrder.nativeOrder());
    private final long[] words = new long[BATCH];
    private final FileChannel channel;

    /**
     * Opens the file.
     *
     * @param file /proc/kpageflags, or a recording of it
     * @throws IOException if it can not be opened: it takes root
     */
    public PageFlagsFile(final Path file) throws IOException {
        channel = FileChannel.open(file, StandardOpenOption.READ);
    }

    /**
     * Reads the flags of one page frame.
     *
     * @param frame its number
     * @return its flags
     * @throws IOException if there is no such page frame
     */
    public KernelPageFlags flags(final long frame) throws IOException {
        if (read(frame, 1) == 0) {
            throw new IOException("there is no page frame 0x" + Long.toHexString(frame));
        }
        return new KernelPageFlags(words[0]);
    }

    /**
     * Counts pages with certain flags.
     *
     * @param run  the page frames
     * @param mask flags of which at least one must be set
     * @return the number of pages
     * @throws IOException if reading failed
     */
    public long count(final FrameSet.Run run, final long mask) throws IOException {
        long found = 0;
        for (long frame = run.first(); frame < run.end();) {
            final int count = read(frame, (int) Math.min(BATCH, run.end() - frame));
            if (count == 0) {
                return found;
            }
            for (int i = 0; i < count; i++) {
                found += (words[i] & mask) == 0 ? 0 : 1;
            }
            frame += count;
        }
        return found;
    }

    /**
     * Reads all of it.
     *
     * @param ram      page frames of RAM, if that is known
     * @param reserve  page frames of reserves
     * @param ours     page frames of the processes that were asked for
     * @param pageSize bytes in a page
     * @param progress told the number of page frames read so far, now and then
     * @return what all page frames are used for
     * @throws IOException if reading failed
     */
    public PhysicalMap map(final Optional<FrameSet> ram, final FrameSet reserve, final FrameSet ours, final long pageSize,
                           final LongConsumer progress) throws IOException {
        final PhysicalMap.Builder builder = new PhysicalMap.Builder(ram, reserve, ours);
        long frame = 0;
        for (int count = read(frame, BATCH); count > 0; count = read(frame, BATCH)) {
            builder.add(words, count);
            frame += count;
            progress.accept(frame);
        }
        return builder.build(pageSize);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    /** Reads as many words as there are, 0 behind the last page frame. */
    private int read(final long frame, final int count) throws IOException {
        bytes.clear().limit(count * Long.BYTES);
        final long start = frame * Long.BYTES;
        int got = 0;
        while (bytes.hasRemaining() && got >= 0) {
            got = channel.read(bytes, start + bytes.position());
        }
        bytes.flip();
        final int whole = bytes.remaining() / Long.BYTES;
        bytes.asLongBuffer().get(words, 0, whole);
        return whole;
    }
}
