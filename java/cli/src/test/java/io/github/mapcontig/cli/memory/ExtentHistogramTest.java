// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mapcontig.Extent;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExtentHistogramTest {
    @Test
    void shouldCountByPowersOfTwo() {
        final ExtentHistogram histogram = new ExtentHistogram();
        histogram.add(List.of(new Extent(0, 0, 4096), new Extent(0, 0, 4096), new Extent(0, 0, 8192)));
        histogram.add(List.of(new Extent(0, 0, 12288), new Extent(0, 0, 1L << 40)));

        assertThat(histogram.classes()).containsExactly(new ExtentHistogram.Class(4096, 2, 8192),
                new ExtentHistogram.Class(8192, 2, 20480), new ExtentHistogram.Class(1L << 40, 1, 1L << 40));
        assertThat(histogram.largest()).isEqualTo(1L << 40);
    }

    @Test
    void shouldBeEmptyAtFirst() {
        assertThat(new ExtentHistogram().classes()).isEmpty();
        assertThat(new ExtentHistogram().largest()).isZero();
    }
}
