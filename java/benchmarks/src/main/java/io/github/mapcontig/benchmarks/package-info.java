// SPDX-License-Identifier: Apache-2.0

/** How long allocation and proof take, and how near that is to the least work that C could do. */
package io.github.mapcontig.benchmarks;
