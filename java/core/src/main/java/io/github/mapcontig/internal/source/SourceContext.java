// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.internal.source;

import io.github.mapcontig.LockLimits;
import io.github.mapcontig.Pagemap;
import io.github.mapcontig.Refusal;
import io.github.mapcontig.internal.libc.LibC;
import io.github.mapcontig.internal.libc.Shims;
import io.github.mapcontig.internal.mapping.Coherency;
import io.github.mapcontig.internal.platform.KernelFiles;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What sources work with.
 *
 * @param libC      the C library
 * @param shims     the calls that need C
 * @param files     values of /proc and /sys
 * @param root      folder with dev and sys in it
 * @param limits    reads the limits on locked memory, for messages
 * @param pagemap   the pagemap of this process
 * @param coherency for memory made of ordinary pages
 * @param pageSize  bytes in a page
 */
public record SourceContext(LibC libC, Shims shims, KernelFiles files, Path root, Supplier<LockLimits> limits,
                            Supplier<Pagemap> pagemap, Coherency coherency, long pageSize) {
    /**
     * Refuses where the calls that need C can not be made.
     *
     * @param who the source that needs them
     * @throws RefusedException if there is no library for this machine
     */
    void requireShims(final String who) throws RefusedException {
        final Optional<String> missing = shims.missingBecause();
        if (missing.isPresent()) {
            throw new RefusedException(Refusal.of(who, missing.get(), "use another source"));
        }
    }
}
