// SPDX-License-Identifier: Apache-2.0

/** Where contiguous memory comes from. A source maps; whether to believe it is decided by the proof. */
package io.github.mapcontig.internal.source;
