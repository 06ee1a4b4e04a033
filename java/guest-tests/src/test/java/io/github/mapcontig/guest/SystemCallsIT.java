// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.guest;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mapcontig.ContiguousBuffer;
import io.github.mapcontig.ContiguousMemory;
import io.github.mapcontig.internal.libc.JnaLibC;
import io.github.mapcontig.internal.libc.LibC;
import io.github.mapcontig.internal.libc.Linux;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Calls that other code of the process might make on a buffer's memory, and that must not change where it is. */
@Tag("patched")
class SystemCallsIT {
    private static final long SIZE = 4 << 20;
    private static final long PAGE = 4096;

    private final LibC libC = new JnaLibC();

    @Test
    void shouldStayLockedWhateverIsUnlocked() {
        try (ContiguousBuffer buffer = ContiguousMemory.allocate(SIZE)) {
            final long locked = Guest.locked();

            assertThat(libC.munlock(buffer.address(), SIZE)).isZero();

            assertThat(Guest.locked()).isEqualTo(locked);
            assertThat(libC.mlock(buffer.address(), SIZE)).isZero();
            assertThat(buffer.verify().movedSince(buffer.proof())).isEmpty();
        }
    }

    @Test
    void shouldStayWhenProtectionChangesPageByPage() {
        try (ContiguousBuffer buffer = ContiguousMemory.allocate(SIZE)) {
            final long middle = buffer.address() + SIZE / 2 + PAGE;
            buffer.putLong(SIZE / 2 + PAGE, 42);

            assertThat(libC.mprotect(middle, PAGE, Linux.PROT_READ)).isZero();
            assertThat(buffer.verify().movedSince(buffer.proof())).isEmpty();
            assertThat(buffer.getLong(SIZE / 2 + PAGE)).isEqualTo(42);
            assertThat(libC.mprotect(middle, PAGE, Linux.PROT_READ | Linux.PROT_WRITE)).isZero();
            buffer.putLong(SIZE / 2 + PAGE, 43);
            assertThat(buffer.verify().movedSince(buffer.proof())).isEmpty();
        }
    }

    @Test
    void shouldKeepOnlyTheAddressesAfterClose() {
        final long before = Guest.mappings("mapcontig-closed");
        final ContiguousBuffer buffer = ContiguousMemory.allocate(SIZE);
        buffer.close();

        assertThat(Guest.mappings("mapcontig-closed")).as("address space without memory").isEqualTo(before + 1);
        assertThat(buffer.isClosed()).isTrue();
    }
}
