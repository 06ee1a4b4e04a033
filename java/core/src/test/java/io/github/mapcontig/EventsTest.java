// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.sun.management.ThreadMXBean;
import example.Driver;
import io.github.mapcontig.internal.events.Events;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventsTest {
    private static final long PHYSICAL = FakeMachine.FIRST_PFN * 4096;
    private static final List<String> OFF_BY_DEFAULT = List.of("mapcontig.Allocate", "mapcontig.Free", "mapcontig.Verify");

    @TempDir
    private Path root;

    @Test
    void shouldRecordTheLifeOfABuffer() throws IOException {
        final FakeMachine machine = new FakeMachine(root);
        final long[] address = new long[1];
        final List<RecordedEvent> events = record(true, () -> {
            try (ContiguousBuffer buffer = machine.request().size(8192).allocate()) {
                address[0] = buffer.address();
                buffer.verify();
            }
        });

        assertThat(events).extracting(event -> event.getEventType().getName())
                .containsExactly("mapcontig.Allocate", "mapcontig.Verify", "mapcontig.Free");
        final RecordedEvent allocate = events.get(0);
        assertThat(allocate.getLong("size")).isEqualTo(8192);
        assertThat(allocate.getString("source")).isEqualTo("MAP_CONTIG");
        assertThat(allocate.getLong("address")).isEqualTo(address[0]);
        assertThat(allocate.getLong("physicalAddress")).isEqualTo(PHYSICAL);
        assertThat(allocate.getBoolean("contiguous")).isTrue();
        assertThat(allocate.getInt("refusals")).isZero();
        assertThat(allocate.getDuration()).isPositive();
        assertThat(allocate.getStackTrace().getFrames()).anySatisfy(
                frame -> assertThat(frame.getMethod().getType().getName()).startsWith("io.github.mapcontig.EventsTest"));
        final RecordedEvent verify = events.get(1);
        assertThat(verify.getLong("size")).isEqualTo(8192);
        assertThat(verify.getBoolean("contiguous")).isTrue();
        assertThat(verify.getLong("moved")).isZero();
        assertThat(verify.getDuration()).isPositive();
        final RecordedEvent free = events.get(2);
        assertThat(free.getLong("address")).isEqualTo(address[0]);
        assertThat(free.getLong("size")).isEqualTo(8192);
        assertThat(free.getString("source")).isEqualTo("MAP_CONTIG");
        assertThat(free.getDuration("heldTime")).isGreaterThan(verify.getDuration());
    }

    @Test
    void shouldRecordARefusedRequest() throws IOException {
        final FakeMachine machine = new FakeMachine(root);
        machine.libC.contigError = 12;

        final List<RecordedEvent> events = record(true, () -> assertThat(catchThrowable(() -> machine.request().size(8192)
                .sources(Source.MAP_CONTIG).allocate())).isInstanceOf(ContiguousMemoryException.class));

        assertThat(events).singleElement().satisfies(event -> {
            assertThat(event.getLong("size")).isEqualTo(8192);
            assertThat(event.getString("source")).isNull();
            assertThat(event.getLong("address")).isZero();
            assertThat(event.getBoolean("contiguous")).isFalse();
            assertThat(event.getInt("refusals")).isEqualTo(1);
        });
    }

    @Test
    void shouldRecordMemoryInSeveralExtents() throws IOException {
        final FakeMachine machine = new FakeMachine(root);
        machine.word = page -> PagemapEntry.PRESENT | FakeMachine.FIRST_PFN + 2 * page;

        final List<RecordedEvent> events = record(true, () -> machine.request().size(8192).maxExtents(2).sources(Source.LOCKED)
                .allocate().close());

        assertThat(events.get(0).getString("source")).isEqualTo("LOCKED");
        assertThat(events.get(0).getBoolean("contiguous")).isFalse();
        assertThat(events.get(0).getLong("physicalAddress")).isEqualTo(PHYSICAL);
    }

    /** Pages 1 and 2 of four are elsewhere later, and page 3 is gone. */
    @Test
    void shouldRecordWhatMovedWithoutBeingAskedTo() throws IOException {
        final FakeMachine machine = new FakeMachine(root);
        try (ContiguousBuffer buffer = machine.request().size(4 * 4096).allocate()) {
            machine.word = page -> page == 0 ? FakeMachine.contiguousWord(0)
                    : page == 3 ? 0 : PagemapEntry.PRESENT | 0x7000 + page;
            machine.recordMapping(buffer.address(), buffer.size());

            final List<RecordedEvent> events = record(false, buffer::verify);

            assertThat(events).singleElement().satisfies(event -> {
                assertThat(event.getEventType().getName()).isEqualTo("mapcontig.Moved");
                assertThat(event.getLong("address")).isEqualTo(buffer.address());
                assertThat(event.getLong("offset")).isEqualTo(4096);
                assertThat(event.getLong("length")).isEqualTo(3 * 4096);
                assertThat(event.getLong("oldPhysicalAddress")).isEqualTo(PHYSICAL + 4096);
                assertThat(event.getLong("newPhysicalAddress")).isEqualTo(0x7001L * 4096);
            });
            assertThat(record(true, buffer::verify)).extracting(event -> event.getEventType().getName())
                    .containsExactlyInAnyOrder("mapcontig.Verify", "mapcontig.Moved");
        }
    }

    @Test
    void shouldRecordVerificationWithoutPageFrameNumbers() throws IOException {
        final FakeMachine machine = new FakeMachine(root);
        machine.word = page -> PagemapEntry.PRESENT;
        final List<RecordedEvent> events = record(true, () -> {
            try (ContiguousBuffer buffer = machine.request().size(4096).proof(ProofLevel.NONE).allocate()) {
                buffer.verify();
            }
        });

        assertThat(events.get(0).getLong("physicalAddress")).isZero();
        assertThat(events.get(0).getBoolean("contiguous")).isFalse();
        assertThat(events.get(1).getLong("moved")).isZero();
    }

    @Test
    void shouldRecordALeakWithoutBeingAskedTo() throws IOException {
        final FakeMachine machine = new FakeMachine(root);
        final long[] address = new long[1];
        final List<RecordedEvent> events = record(false, () -> {
            address[0] = Driver.open(() -> machine.request().size(8192).allocate()).address();
            for (int i = 0; i < 100 && machine.environment.ledger().statistics().leakedBuffers() == 0; i++) {
                System.gc();
                sleep();
            }
            sleep(); // the report is written a moment after it is counted
        });

        // Buffers that other tests dropped may be found meanwhile.
        assertThat(events).filteredOn(event -> event.getLong("address") == address[0]).singleElement().satisfies(event -> {
            assertThat(event.getEventType().getName()).isEqualTo("mapcontig.Leak");
            assertThat(event.getLong("size")).isEqualTo(8192);
            assertThat(event.getString("source")).isEqualTo("MAP_CONTIG");
            assertThat(event.getBoolean("kept")).isFalse();
            assertThat(event.getString("allocationSite")).startsWith("example.Driver.open(Driver.java:");
            assertThat(event.getStackTrace()).isNull();
        });
    }

    @Test
    void shouldRecordNothingElseByDefault() throws IOException {
        final FakeMachine machine = new FakeMachine(root);
        assertThat(record(false, () -> {
            try (ContiguousBuffer buffer = machine.request().size(8192).allocate()) {
                buffer.verify();
            }
        })).isEmpty();
    }

    @Test
    void shouldAllocateNothingWhenOff() {
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        final long thread = Thread.currentThread().getId();
        fireAll(1);
        final long before = threads.getThreadAllocatedBytes(thread);
        fireAll(10_000);
        assertThat(threads.getThreadAllocatedBytes(thread) - before).as("bytes in 40000 events").isLessThan(10_000);
    }

    private static void fireAll(final int times) {
        for (int i = 0; i < times; i++) {
            Events.current().allocating().failed(4096, 1);
            Events.current().verifying().done(null, null);
            Events.current().freed(1, 2, Source.MAP_CONTIG, 3);
            Events.current().leaked(1, 2, Source.MAP_CONTIG, false, "");
        }
    }

    private static void sleep() {
        try {
            Thread.sleep(25);
        } catch (final InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private List<RecordedEvent> record(final boolean all, final Runnable action) throws IOException {
        final Path file = root.resolve(System.nanoTime() + ".jfr");
        try (Recording recording = new Recording()) {
            if (all) {
                OFF_BY_DEFAULT.forEach(recording::enable);
            }
            recording.start();
            action.run();
            recording.stop();
            recording.dump(file);
        }
        return RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getName().startsWith("mapcontig."))
                .sorted((a, b) -> a.getStartTime().compareTo(b.getStartTime())).toList();
    }
}
