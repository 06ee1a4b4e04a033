// SPDX-License-Identifier: Apache-2.0

/**
 * The C library as it is: its names, its argument order, its return codes.
 *
 * <p>No policy lives here. Nothing in this package throws for a failed call; whoever calls looks at the return value and
 * decides.
 */
package io.github.mapcontig.internal.libc;
