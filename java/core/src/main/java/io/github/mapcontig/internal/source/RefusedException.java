// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.internal.source;

import io.github.mapcontig.Refusal;
import java.io.Serial;

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
     * Why.
     *
     * @return reason and remedy
     */
    public Refusal refusal() {
        return refusal;
    }
}
