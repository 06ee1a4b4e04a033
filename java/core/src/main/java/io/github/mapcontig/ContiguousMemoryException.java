// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

import java.io.Serial;
import java.util.List;
import java.util.Optional;

/**
 * The system did not give what was asked. The message says what was asked, what happened, with the error by name and the
 * limits in force, and what to do about it; the accessors give the same to programs.
 *
 * <p>Whoever catches it finds the system as it was before the call: nothing stays allocated.
 *
 * <p>Wrong arguments are {@link IllegalArgumentException} instead, use after close is {@link IllegalStateException}.
 */
public final class ContiguousMemoryException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final transient AllocationRequest request;
    private final transient List<Refusal> refusals;
    private final transient LockLimits limits;

    /**
     * A failed allocation.
     *
     * @param request  what was asked
     * @param refusals why each source could not serve, in the order in which they were tried
     * @param limits   the locking limits at that time; null where they are unknown
     */
    ContiguousMemoryException(final AllocationRequest request, final List<Refusal> refusals, final LockLimits limits) {
        super("can not allocate " + request + text(refusals), null);
        this.request = request;
        this.refusals = List.copyOf(refusals);
        this.limits = limits;
    }

    /**
     * A failure of something else than an allocation.
     *
     * @param what    what was asked
     * @param refusal why not
     * @param cause   exception behind it; may be null
     */
    ContiguousMemoryException(final String what, final Refusal refusal, final Throwable cause) {
        super(what + text(List.of(refusal)), cause);
        this.request = null;
        this.refusals = List.of(refusal);
        this.limits = null;
    }

    /**
     * What was asked for.
     *
     * @return the request, if an allocation failed
     */
    public Optional<AllocationRequest> request() {
        return Optional.ofNullable(request);
    }

    /**
     * Why not: one entry for each source that was tried.
     *
     * @return unmodifiable, not empty
     */
    public List<Refusal> refusals() {
        return refusals;
    }

    /**
     * The error number of the first system call that failed.
     *
     * @return the number; empty where no call failed, for example when the proof did not hold
     */
    public Optional<Errno> errno() {
        return refusals.stream().flatMap(refusal -> refusal.errno().stream()).findFirst();
    }

    /**
     * The limits on locked memory when it happened.
     *
     * @return the limits, if an allocation failed on a platform that has them
     */
    public Optional<LockLimits> limits() {
        return Optional.ofNullable(limits);
    }

    private static String text(final List<Refusal> refusals) {
        final StringBuilder text = new StringBuilder();
        for (final Refusal refusal : refusals) {
            text.append(System.lineSeparator()).append("  - ").append(refusal);
        }
        return text.toString();
    }
}
