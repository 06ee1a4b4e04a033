// SPDX-License-Identifier: Apache-2.0

/** The {@code contig} command: what this machine can do, and a demonstration that a device believes. */
package io.github.mapcontig.cli;
