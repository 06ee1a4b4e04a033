// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.benchmarks;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Names the benchmark of the same class that does the least work that this one could do. The report divides by its time. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@interface Floor {
    /** Name of the method. */
    String value();
}
