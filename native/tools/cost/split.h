/* SPDX-License-Identifier: Apache-2.0 */
#ifndef COST_SPLIT_H
#define COST_SPLIT_H

#include <stddef.h>

/* The kernel's own account of an allocation: the fields of its tracepoint map_contig:alloc. */
void split_measure(const size_t *sizes, size_t count);

#endif
