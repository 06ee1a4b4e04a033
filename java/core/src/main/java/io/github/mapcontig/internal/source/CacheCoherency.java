// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.internal.source;

import io.github.mapcontig.DmaDirection;
import io.github.mapcontig.internal.libc.Shims;
import io.github.mapcontig.internal.mapping.Coherency;

/**
 * Of ordinary memory on machines where a device may not look into the processor's caches: by the instructions that user space has for
 * it. On x86 all devices look.
 *
 * @param shims the calls that need C
 */
public record CacheCoherency(Shims shims) implements Coherency {
    @Override
    public int beginCpuAccess(final long address, final long length, final DmaDirection direction) {
        return direction == DmaDirection.TO_DEVICE || shims.cache_invalidate(address, length) == 0 ? 0 : shims.errno();
    }

    @Override
    public int endCpuAccess(final long address, final long length, final DmaDirection direction) {
        // From the device, too: lines left dirty would be written over what it writes.
        return shims.cache_clean(address, length) == 0 ? 0 : shims.errno();
    }
}
