// SPDX-License-Identifier: Apache-2.0

/**
 * What is counted instead of timed: instructions in a guest of {@code vagrant/vm run --icount}, descriptors, entries and bytes; and
 * pictures of that. {@code java/benchmarks/count} is the command for it.
 */
package io.github.mapcontig.benchmarks.counts;
