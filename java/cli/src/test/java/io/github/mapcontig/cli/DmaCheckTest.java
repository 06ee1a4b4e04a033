// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DmaCheckTest {
    private static final long PAGE = 4096;

    @ParameterizedTest
    @ValueSource(longs = {PAGE, 2 * PAGE, 3 * PAGE, 5 * PAGE, 2 << 20, (2 << 20) + PAGE, 64 << 20, 1L << 32})
    void shouldCheckBothEndsAndCrossPagesWhereThereAreAny(final long size) {
        final List<DmaCheck.Place> places = DmaCheck.places(size, PAGE);

        assertThat(places).allSatisfy(place -> {
            assertThat(place.offset()).isNotNegative();
            assertThat(place.offset() + place.length()).isLessThanOrEqualTo(size);
        });
        assertThat(places).extracting(DmaCheck.Place::offset).doesNotHaveDuplicates().contains(0L, size - 2048);
        assertThat(places).filteredOn(DmaCheckTest::crossesPages).hasSize(places.size() - 2);
        if (size > PAGE) {
            assertThat(places).anyMatch(DmaCheckTest::crossesPages);
        }
    }

    private static boolean crossesPages(final DmaCheck.Place place) {
        return place.offset() / PAGE != (place.offset() + place.length() - 1) / PAGE;
    }
}
