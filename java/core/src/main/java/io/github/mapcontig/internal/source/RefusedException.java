// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.internal.source;

import io.github.mapcontig.Refusal;
import java.io.Serial;
import java.util.List;

/** A source can not serve. Checked, because the next source is to be tried. */
public final class RefusedException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    private final transient Refusal refusal;

    /**
     * Creates the exception.
     *
     * @param refusal why
     */
    public RefusedException(final Refusal refusal) {
        super(refusal.toString());
        this.refusal = refusal;
    }

    /**
     * One exception for several refusals of the same source.
     *
     * @param refusals not empty
     * @return with the reasons and error numbers of all, and the remedy of the last
     */
    static RefusedException ofAll(final List<Refusal> refusals) {
        final Refusal last = refusals.get(refusals.size() - 1);
        final StringBuilder reasons = new StringBuilder();
        for (final Refusal refusal : refusals.subList(0, refusals.size() - 1)) {
            reasons.append(refusal.whatHappened()).append("; ");
        }
        return new RefusedException(new Refusal(last.who(), reasons + last.reason(), last.errno(), last.remedy()));
    }

    /**
     * Why.
     *
     * @return reason and remedy
     */
    public Refusal refusal() {
        return refusal;
    }
}
