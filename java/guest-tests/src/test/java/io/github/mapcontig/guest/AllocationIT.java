// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.guest;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mapcontig.ContiguityProof;
import io.github.mapcontig.ContiguousBuffer;
import io.github.mapcontig.ContiguousMemory;
import io.github.mapcontig.Extent;
import io.github.mapcontig.Pagemap;
import io.github.mapcontig.ProofLevel;
import io.github.mapcontig.Sharing;
import io.github.mapcontig.Source;
import io.github.mapcontig.cli.ScatteredMemory;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** C1, C8, C9, C10: contiguous, present, zeroed, and still there after everything that can move was moved. */
@Tag("patched")
class AllocationIT {
    private static final long PAGE = 4096;
    private static final long MIB = 1 << 20;

    static Stream<Arguments> sizesAndSharings() {
        return Stream.of(PAGE, 2 * PAGE, 3 * PAGE, 64 << 10, MIB - PAGE, MIB, 2 * MIB, 2 * MIB + PAGE, 3 * MIB, 4 * MIB,
                        4 * MIB + PAGE, 7 * MIB + 5 * PAGE, 16 * MIB, 33 * MIB + 3 * PAGE, 64 * MIB)
                .map(Number::longValue)
                .flatMap(size -> Stream.of(Sharing.values()).map(sharing -> Arguments.of(size, sharing)));
    }

    @ParameterizedTest
    @MethodSource("sizesAndSharings")
    void shouldBeContiguousZeroedAndUnmoved(final long size, final Sharing sharing) {
        try (ContiguousBuffer buffer = ContiguousMemory.request().size(size).sharing(sharing).allocate()) {
            assertThat(buffer.size()).isEqualTo(size);
            assertThat(buffer.proof().isContiguous()).isTrue();
            assertThat(buffer.proof().level()).isEqualTo(ProofLevel.PFN);
            assertThat(buffer.proof().presentPages()).isEqualTo(size / PAGE);
            assertThat(buffer.extents()).containsExactly(new Extent(0, buffer.physicalAddress(), size));
            for (long page = 0; page < size; page += PAGE) {
                assertThat(buffer.getLong(page)).isZero();
                assertThat(buffer.getLong(page + PAGE - Long.BYTES)).isZero();
                buffer.putLong(page, page ^ 0x5555);
            }

            Guest.compactMemory();

            assertThat(buffer.verify().movedSince(buffer.proof())).isEmpty();
            for (long page = 0; page < size; page += PAGE) {
                assertThat(buffer.getLong(page)).isEqualTo(page ^ 0x5555);
            }
        }
    }

    /** The negative control of the proof: the same code, on memory that is not contiguous, and moves. */
    @Test
    void shouldNotProveOrdinaryMemoryContiguous() {
        try (ScatteredMemory ordinary = new ScatteredMemory(64 * MIB, 0)) {
            final ContiguityProof proof = ordinary.prove();

            assertThat(proof.isContiguous()).isFalse();
            assertThat(proof.presentPages()).isEqualTo(proof.pages());
            assertThat(proof.extents()).hasSizeGreaterThan(100);
        }
    }

    @Test
    void shouldRoundUpToAPage() {
        try (ContiguousBuffer buffer = ContiguousMemory.allocate(5001)) {
            assertThat(buffer.size()).isEqualTo(8192);
            buffer.putByte(8191, (byte) 1);
        }
    }

    @ParameterizedTest
    @MethodSource("alignments")
    void shouldAlign(final long size, final long alignment) {
        try (ContiguousBuffer buffer = ContiguousMemory.request().size(size).alignment(alignment).allocate()) {
            assertThat(buffer.physicalAddress() % alignment).isZero();
        }
    }

    static Stream<Arguments> alignments() {
        return Stream.of(Arguments.of(PAGE, 64 << 10), Arguments.of(MIB, MIB), Arguments.of(2 * MIB, 2 * MIB),
                Arguments.of(5 * MIB, 2 * MIB), Arguments.of(64 * MIB, 2 * MIB), Arguments.of(4 * MIB, 4 * MIB),
                Arguments.of(MIB, 16 * MIB));
    }

    /** More than the kernel does by itself: where it must, the library cuts a longer range, which is free again after close. */
    @Test
    void shouldKeepWithinABoundary() {
        final ContiguousBuffer[] buffers = new ContiguousBuffer[8];
        final long free = Guest.reserveFree();
        try {
            for (int i = 0; i < buffers.length; i++) {
                buffers[i] = ContiguousMemory.request().size(12 * MIB).boundary(16 * MIB).sources(Source.MAP_CONTIG).allocate();
                final long first = buffers[i].physicalAddress();
                assertThat(first / (16 * MIB)).isEqualTo((first + 12 * MIB - 1) / (16 * MIB));
            }
        } finally {
            for (final ContiguousBuffer buffer : buffers) {
                if (buffer != null) {
                    buffer.close();
                }
            }
        }
        assertThat(Guest.reserveFree()).isEqualTo(free);
    }

    @Test
    void shouldServeFromTheNodeThatIsAskedFor() {
        try (ContiguousBuffer buffer = ContiguousMemory.request().size(2 * MIB).node(0).sources(Source.MAP_CONTIG).allocate()) {
            assertThat(buffer.node()).hasValue(0);
        }
    }

    @Test
    void shouldShowTheSameThroughTheProcessId() {
        try (ContiguousBuffer buffer = ContiguousMemory.allocate(2 * MIB);
             Pagemap pagemap = Pagemap.of(ProcessHandle.current().pid())) {
            assertThat(pagemap.layout(buffer.address(), buffer.size()).extents()).isEqualTo(buffer.extents());
        }
    }

    @Test
    void shouldHoldManyBuffersAtOnceApart() {
        final ContiguousBuffer[] buffers = new ContiguousBuffer[16];
        try {
            for (int i = 0; i < buffers.length; i++) {
                buffers[i] = ContiguousMemory.allocate(MIB + i * PAGE);
                buffers[i].putLong(MIB - 8, i);
            }
            for (int i = 0; i < buffers.length; i++) {
                assertThat(buffers[i].getLong(MIB - 8)).isEqualTo(i);
                for (int j = 0; j < i; j++) {
                    final Extent a = buffers[i].extents().get(0);
                    final Extent b = buffers[j].extents().get(0);
                    assertThat(a.lastPhysicalAddress() < b.physicalAddress() || b.lastPhysicalAddress() < a.physicalAddress())
                            .isTrue();
                }
            }
        } finally {
            for (final ContiguousBuffer buffer : buffers) {
                if (buffer != null) {
                    buffer.close();
                }
            }
        }
    }
}
