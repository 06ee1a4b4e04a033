// SPDX-License-Identifier: Apache-2.0

/** What the library must know about the machine it runs on, read from /proc and /sys. */
package io.github.mapcontig.internal.platform;
