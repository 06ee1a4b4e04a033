/* SPDX-License-Identifier: Apache-2.0 */
#ifndef COST_WALL_H
#define COST_WALL_H

#include <stddef.h>

/* mmap(MAP_CONTIG) against memset of mapped memory, turn by turn, since a real clock sees what else the machine does. */
void wall_measure(size_t bytes);

#endif
