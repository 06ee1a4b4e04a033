// SPDX-License-Identifier: Apache-2.0

/** Plain forms of output: JSON, tables. */
package io.github.mapcontig.cli.text;
