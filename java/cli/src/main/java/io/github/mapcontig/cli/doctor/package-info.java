// SPDX-License-Identifier: Apache-2.0

/** What {@code contig doctor} looks at: one class for each part of the machine. */
package io.github.mapcontig.cli.doctor;
