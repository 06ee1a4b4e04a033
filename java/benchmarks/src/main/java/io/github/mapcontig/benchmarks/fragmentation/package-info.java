// SPDX-License-Identifier: Apache-2.0

/** The report about contiguous allocation in fragmented memory, from what {@code native/tools/measure} has written. */
package io.github.mapcontig.benchmarks.fragmentation;
