// SPDX-License-Identifier: Apache-2.0

/** What the commands know of memory, of a process and of the machine; says nothing of how it is shown. */
package io.github.mapcontig.cli.memory;
