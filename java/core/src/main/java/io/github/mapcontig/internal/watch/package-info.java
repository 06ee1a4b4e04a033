// SPDX-License-Identifier: Apache-2.0

/** Keeps account of the memory that is held, and reports what was forgotten. */
package io.github.mapcontig.internal.watch;
