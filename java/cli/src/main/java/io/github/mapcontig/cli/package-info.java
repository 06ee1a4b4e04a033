// SPDX-License-Identifier: Apache-2.0

/** The {@code contig} command: one class for each of its commands, and what they share. */
package io.github.mapcontig.cli;
