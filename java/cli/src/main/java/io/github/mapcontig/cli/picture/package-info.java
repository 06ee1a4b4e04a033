// SPDX-License-Identifier: Apache-2.0

/** Pictures of physical memory: for the terminal, SVG and PNG. */
package io.github.mapcontig.cli.picture;
