// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.mapcontig.cli.BoundaryWalk.Lane;
import io.github.mapcontig.cli.BoundaryWalk.Verdict;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BoundaryWalkTest {
    private static final long PAGE = 4096;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 16})
    void shouldCrossEachBoundaryOnce(final int lanes) {
        final List<Long> crossed = Collections.synchronizedList(new ArrayList<>());

        final Verdict verdict = walk(1000 * PAGE, Collections.nCopies(lanes, crossed::add));

        assertThat(crossed).containsExactlyInAnyOrderElementsOf(LongStream.range(1, 1000).mapToObj(page -> page * PAGE).toList());
        assertThat(verdict).isEqualTo(new Verdict(999, 999, 0, OptionalLong.empty()));
        assertThat(verdict.contiguous()).isTrue();
        assertThat(WalkCommand.words(verdict, lanes)).startsWith("contiguous: ").contains("crossed 999 of 999 page boundaries");
    }

    @Test
    void shouldTellWhereOtherMemoryWasMet() {
        final Verdict verdict = walk(1000 * PAGE, Collections.nCopies(3, boundary -> boundary != 7 * PAGE && boundary != 900 * PAGE));

        assertThat(verdict).isEqualTo(new Verdict(999, 999, 2, OptionalLong.of(7 * PAGE)));
        assertThat(verdict.contiguous()).isFalse();
        assertThat(WalkCommand.words(verdict, 3))
                .isEqualTo("not contiguous: 3 devices met other memory behind 2 of 999 page boundaries, first at offset 0x7000");
    }

    @Test
    void shouldHaveNothingToCrossInOnePage() {
        assertThat(walk(PAGE, List.of(boundary -> false)).contiguous()).isTrue();
    }

    @Test
    void shouldPassOnWhatALaneThrewAndStopTheOthers() {
        final List<Long> crossed = Collections.synchronizedList(new ArrayList<>());
        final Lane broken = boundary -> {
            throw new IllegalStateException("the device is gone");
        };
        final Lane slow = boundary -> {
            sleep();
            return crossed.add(boundary);
        };

        assertThatIllegalStateException().isThrownBy(() -> walk(1000 * PAGE, List.of(slow, broken)))
                .withMessage("the device is gone");

        final int then = crossed.size();
        sleep();
        assertThat(crossed).hasSize(then).hasSizeLessThan(999);
    }

    @Test
    void shouldNotCallAWalkContiguousThatWasCutShort() {
        final Verdict verdict = new Verdict(999, 500, 0, OptionalLong.empty());

        assertThat(verdict.contiguous()).isFalse();
        assertThat(WalkCommand.words(verdict, 1)).startsWith("stopped: one device crossed 500 of 999");
    }

    private static Verdict walk(final long length, final List<Lane> lanes) {
        try (StopSignal stop = StopSignal.install();
             Progress progress = new Progress(new PrintWriter(new StringWriter()), false, "walking")) {
            return new BoundaryWalk(length, PAGE).walk(lanes, progress, stop);
        }
    }

    private static void sleep() {
        try {
            Thread.sleep(10);
        } catch (final InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
