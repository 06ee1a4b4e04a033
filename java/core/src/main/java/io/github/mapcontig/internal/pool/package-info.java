// SPDX-License-Identifier: Apache-2.0

/** Which elements of a pool are free. */
package io.github.mapcontig.internal.pool;
