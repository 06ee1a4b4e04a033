// SPDX-License-Identifier: Apache-2.0
package example;

import java.util.function.Supplier;

/** A user of the library: the leak report must name it, and not the library. */
public final class Driver {
    private Driver() {
    }

    /**
     * Carries out an allocation.
     *
     * @param allocation the allocation
     * @param <T>        what it gives
     * @return what it gave
     */
    public static <T> T open(final Supplier<T> allocation) {
        return allocation.get();
    }
}
