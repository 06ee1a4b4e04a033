// SPDX-License-Identifier: Apache-2.0

/** Owns mapped memory: views of it, its end, and what happens to those who look at it afterwards. */
package io.github.mapcontig.internal.mapping;
